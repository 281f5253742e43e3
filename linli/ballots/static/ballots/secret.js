// The voter's secret comes from the voter's own device; where there is no script, the server makes one.
const field = document.querySelector("[data-secret]");
if (field && window.crypto) {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  field.value = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
