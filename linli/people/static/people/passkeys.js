// A passkey is asked for when its button is pressed; what the device signs goes into the form, and the form is sent.
'use strict';
(() => {
  const form = document.querySelector('form[data-passkey]');
  if (!form) return;
  const button = form.querySelector('button');
  const problem = form.querySelector('[data-problem]');
  const missing = form.querySelector('[data-missing]');
  const known = window.webauthnJSON;
  if (!known || !known.supported()) {
    missing.hidden = false;
    button.hidden = true;
    return;
  }
  const options = JSON.parse(document.getElementById('passkey-options').textContent);
  button.hidden = false;
  button.addEventListener('click', async (event) => {
    event.preventDefault();
    problem.hidden = true;
    button.disabled = true;
    try {
      const asked = form.dataset.passkey === 'create' ? known.create(options.creation_options) : known.get(options.request_options);
      form.querySelector('input[name="credential"]').value = JSON.stringify(await asked);
      form.submit();
    } catch (failure) {
      button.disabled = false;
      problem.hidden = false;
      problem.focus();
    }
  });
})();
