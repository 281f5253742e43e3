"""The embedded PostgreSQL, on real processes that start, are killed, and come back. As root, what
depends on the account runs twice: as root (whose server is nobody's) and as an ordinary user."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from linli.postgres.server import data_home
from linli.postgres.url import database_from_url

PROJECT = Path(__file__).parents[1]
ROOT = os.geteuid() == 0
DISTRIBUTION_PYTHON = "/usr/bin/python3"
MEMORY = Path("/dev/shm")
# Root as it comes from a login, with groups that the server must not keep.
OURSELVES: dict[str, Any] = {"extra_groups": [0, 4]} if ROOT else {}

NEIGHBOUR = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background inherits that it is ignored
import os, pathlib, sys, psycopg
from linli.postgres.server import ensure_database, open_server
server = open_server(pathlib.Path(sys.argv[1]), durable="DURABLE" in os.environ)
ensure_database(server, "linli")
print("ready", flush=True)
for line in sys.stdin:
    with psycopg.connect(**server.connect_settings("linli"), autocommit=True) as connection:
        rows = connection.execute(line)
        print(rows.fetchone()[0] if rows.description else "done", flush=True)
"""

DJANGO = """
import sys, django
from django.conf import settings
settings.configure(
    DATABASES={"default": {"ENGINE": "linli.postgres.backend", "NAME": "linli", "DURABLE": False, **eval(sys.argv[2])}},
    INSTALLED_APPS=["django.contrib.contenttypes"],
    USE_TZ=True,
)
django.setup()
from django.db import connection
def one(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]
"""


@dataclass
class Neighbour:
    """A process that uses the database of a home, and answers SQL."""

    process: subprocess.Popen[str]

    def hears(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def begins(self, question: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(question + "\n")
        self.process.stdin.flush()

    def ask(self, question: str) -> str:
        self.begins(question)
        return self.hears()

    def leaves(self) -> int:
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(30)

    def is_killed(self) -> None:
        self.process.kill()
        self.process.wait(30)


@dataclass
class House:
    """A home for one test, the account that lives in it, and its processes."""

    base: Path
    python: str
    account: dict[str, Any]
    started: list[Neighbour] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.base / "home"

    def start(
        self, code: str, *words: str, home: Path | None = None, also: Mapping[str, str] | None = None
    ) -> Neighbour:
        packages = next(Path(path) for path in sys.path if path.endswith("site-packages"))
        variables = {"PYTHONPATH": f"{PROJECT}:{packages}", "PYTHONDONTWRITEBYTECODE": "1", "PATH": os.environ["PATH"]}
        process = subprocess.Popen(
            [self.python, "-c", code, str(home or self.home), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd="/",
            env={**variables, "LINLI_HOME": str(home or self.home), **(also or {})},
            start_new_session=True,
            **self.account,
        )
        self.started.append(Neighbour(process))
        return self.started[-1]

    def neighbour(self, **environment: str) -> Neighbour:
        arrived = self.start(NEIGHBOUR, also=environment)
        assert arrived.hears() == "ready", arrived.process.communicate()[1]
        return arrived

    def run(self, code: str, *words: str, home: Path | None = None) -> tuple[str, str]:
        return self.start(code, *words, home=home).process.communicate(timeout=60)

    def django(self, code: str, **settings: Any) -> tuple[str, str]:
        return self.run(DJANGO + code, repr(settings))

    def postmaster(self) -> int:
        return int((self.home / "postgres-data" / "postmaster.pid").read_text().splitlines()[0])

    def log(self) -> str:
        return (self.home / "postgres.log").read_text()

    def servers(self) -> list[int]:
        """Living processes that name this house in their command line, our neighbours apart."""
        neighbours = {neighbour.process.pid for neighbour in self.started}
        return [pid for pid in processes_naming(self.base) if pid not in neighbours]

    def is_quiet(self) -> bool:
        return within(10, lambda: not self.servers())

    def everyone_leaves(self) -> list[int]:
        """What still runs after all of them have left."""
        for neighbour in self.started:
            if neighbour.process.poll() is None:
                neighbour.leaves()
        return [] if self.is_quiet() else self.servers()

    def is_ended(self) -> None:
        for neighbour in self.started:
            neighbour.process.kill()
            neighbour.process.wait()
            for pipe in (neighbour.process.stdin, neighbour.process.stdout, neighbour.process.stderr):
                assert pipe is not None
                pipe.close()
        for pid in self.servers():
            os.kill(pid, signal.SIGQUIT)
        self.is_quiet()
        self.started.clear()


def processes_naming(folder: Path) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if os.fsencode(folder) in command:
            found.append(int(entry.name))
    return found


def within(seconds: int, happens: Callable[[], object]) -> bool:
    deadline = time.monotonic() + seconds
    while not happens():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def nobody() -> dict[str, Any]:
    account = pwd.getpwnam("nobody")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def python_for_nobody() -> str:
    for python in (sys.executable, DISTRIBUTION_PYTHON):
        try:
            seen = subprocess.run(
                [python, "-c", "import sys; print(sys.version_info[:2])"],
                **nobody(), cwd="/", capture_output=True, text=True, check=True,
            ).stdout  # fmt: skip
        except (OSError, subprocess.CalledProcessError):
            continue
        if seen.strip() == str(sys.version_info[:2]) and os.stat(PROJECT).st_mode & 0o001:
            return python
    pytest.skip("no Python of this version that the account nobody can run")


def roomy(folder: Path) -> bool:
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return False
    seen = os.statvfs(folder)
    return not seen.f_flag & os.ST_NOEXEC and seen.f_bavail * seen.f_frsize > 2**30


def house_for(account: dict[str, Any], python: str) -> House:
    """In memory if there is room: disks are slow at making and removing a thousand files again and again."""
    room = MEMORY if roomy(MEMORY) else Path(tempfile.gettempdir())
    base = Path(tempfile.mkdtemp(prefix="linli-postgres-test-", dir=room))
    base.chmod(0o711)
    if "user" in account:
        os.chown(base, account["user"], account["group"])
    return House(base, python, account)


@contextmanager
def quiet_again(house: House) -> Iterator[House]:
    try:
        yield house
        left = house.everyone_leaves()
    finally:
        house.is_ended()
    assert left == []


@contextmanager
def new_house(who: str) -> Iterator[House]:
    house = house_for(nobody(), python_for_nobody()) if who == "ordinary" else house_for(OURSELVES, sys.executable)
    try:
        with quiet_again(house):
            yield house
    finally:
        shutil.rmtree(house.base)


def as_both(test: Callable[..., None]) -> Callable[..., None]:
    """Run it as root and as an ordinary user, where we can."""
    vars(test)["as_both"] = True
    return test


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "who" in metafunc.fixturenames:
        both = ROOT and getattr(metafunc.function, "as_both", False)
        metafunc.parametrize("who", ["ourselves", "ordinary"] if both else ["ourselves"], indirect=True, scope="module")


@pytest.fixture(scope="module")
def who(request: pytest.FixtureRequest) -> str:
    if not Path("/proc/self").exists():
        pytest.skip("the tests look at processes through /proc")
    return str(request.param)


@pytest.fixture
def empty_house(who: str) -> Iterator[House]:
    with new_house(who) as house:
        yield house


@pytest.fixture(scope="module")
def common_house(who: str) -> Iterator[House]:
    with new_house(who) as house:
        house.neighbour().leaves()
        yield house


@pytest.fixture
def house(common_house: House) -> Iterator[House]:
    """Its database is made, once for all tests that leave it whole."""
    with quiet_again(common_house):
        yield common_house


@pytest.fixture
def frail_house(empty_house: House, common_house: House) -> House:
    """The same in a copy, for tests that break things."""
    subprocess.run(["cp", "-a", str(common_house.home), str(empty_house.home)], check=True)
    return empty_house


@pytest.fixture
def roots_house() -> Iterator[House]:
    if not ROOT:
        pytest.skip("only root's server runs as another account")
    with new_house("ourselves") as house:
        yield house


# ── starting and stopping ────────────────────────────────────────────────────────────────────────────────────────────


@as_both
def test_the_first_start_makes_a_database_that_reads_chinese(empty_house: House) -> None:
    first = empty_house.neighbour()
    assert first.ask("create extension pg_trgm") == "done"
    assert first.ask("select show_trgm('消防') <> '{}'") == "True"
    assert first.ask("select pg_encoding_to_char(encoding) from pg_database where datname = 'linli'") == "UTF8"


def test_the_server_listens_on_a_private_socket_only(house: House) -> None:
    first = house.neighbour()
    assert first.ask("show listen_addresses") == ""
    assert (house.home / "socket").stat().st_mode & 0o777 == 0o700
    assert (house.home / "postgres-data").stat().st_mode & 0o777 == 0o700


@as_both
def test_the_server_never_runs_as_root(house: House) -> None:
    house.neighbour()
    assert Path(f"/proc/{house.postmaster()}").stat().st_uid != 0
    assert "Groups:\t \n" in Path(f"/proc/{house.postmaster()}/status").read_text() or not ROOT


@as_both
def test_the_second_start_finds_what_the_first_wrote(house: House) -> None:
    first = house.neighbour()
    first.ask("create table lamp as select '三号楼路灯' as name")
    first.leaves()
    assert house.is_quiet()
    assert house.neighbour().ask("select name from lamp") == "三号楼路灯"


@as_both
def test_neighbours_who_come_at_once_share_one_server(empty_house: House) -> None:
    coming = [empty_house.start(NEIGHBOUR) for _ in range(3)]
    assert [one.hears() for one in coming] == ["ready"] * 3
    assert len({one.ask("select pg_postmaster_start_time()") for one in coming}) == 1


def test_the_server_stays_until_the_last_user_leaves(house: House) -> None:
    first, second = house.neighbour(), house.neighbour()
    first.leaves()
    assert second.ask("select 1") == "1"
    second.leaves()
    assert house.servers() == []


def test_opening_twice_in_one_process_is_one_more_use(house: House) -> None:
    out, err = house.run(
        "import sys, pathlib, psycopg\n"
        "from linli.postgres.server import open_server\n"
        "home = pathlib.Path(sys.argv[1])\n"
        "one, two = open_server(home, durable=False), open_server(home)\n"
        "one.release(); one.release()\n"
        "print(psycopg.connect(**two.connect_settings('postgres')).execute('select 1').fetchone())\n"
    )
    assert out == "(1,)\n", err


def test_interrupting_the_application_leaves_the_server_time_to_close(house: House) -> None:
    first = house.neighbour()
    assert os.getsid(house.postmaster()) != os.getsid(first.process.pid)
    os.killpg(first.process.pid, signal.SIGINT)
    first.process.wait(30)
    assert house.is_quiet()
    assert house.log().rstrip().endswith("server stopped")


def test_the_server_inherits_no_secret(house: House) -> None:
    house.neighbour(LINLI_SECRET_KEY="灯下黑")
    inherited = Path(f"/proc/{house.postmaster()}/environ").read_text()
    assert "LINLI" not in inherited
    assert "LC_ALL=C" in inherited


def test_a_forked_child_that_ends_does_not_stop_the_server(house: House) -> None:
    out, err = house.run(
        "import os, sys, pathlib, psycopg\n"
        "from linli.postgres.server import open_server\n"
        "server = open_server(pathlib.Path(sys.argv[1]), durable=False)\n"
        "if child := os.fork():\n"
        "    os.waitpid(child, 0)\n"
        "    print(psycopg.connect(**server.connect_settings('postgres')).execute('select 1').fetchone())\n"
    )
    assert out == "(1,)\n", err


def test_a_forked_child_that_outlives_its_parent_stops_the_server(house: House) -> None:
    parent = house.start(
        "import os, sys, pathlib, time, psycopg\n"
        "from linli.postgres.server import open_server\n"
        "server = open_server(pathlib.Path(sys.argv[1]), durable=False)\n"
        "if not os.fork():\n"
        "    sys.stdin.readline()\n"
        "    connection = psycopg.connect(**server.connect_settings('postgres'))\n"
        "    print(connection.execute('select 1').fetchone()[0], flush=True)\n"
    )
    parent.process.wait(30)
    assert house.servers() != []
    assert parent.ask("") == "1"
    assert house.is_quiet()


def test_a_database_asked_for_by_several_at_once_is_made_once(house: House) -> None:
    house.neighbour()
    asking = (
        "import sys, pathlib\n"
        "from linli.postgres.server import ensure_database, open_server\n"
        "server = open_server(pathlib.Path(sys.argv[1]))\n"
        "print('here', flush=True); sys.stdin.readline()\n"
        "ensure_database(server, '小区 \"一\"'); ensure_database(server, '小区 \"一\"'); print('made', flush=True)\n"
    )
    many = [house.start(asking) for _ in range(3)]
    assert [one.hears() for one in many] == ["here"] * 3
    assert [one.ask("") for one in many] == ["made"] * 3


# ── accidents ────────────────────────────────────────────────────────────────────────────────────────────────────────


@as_both
def test_a_server_whose_user_was_killed_is_stopped_by_the_next(house: House) -> None:
    killed = house.neighbour()
    killed.ask("create table lantern as select '三号楼路灯' as name")
    began = killed.ask("select pg_postmaster_start_time()")
    killed.is_killed()
    assert house.servers() != []
    following = house.neighbour()
    assert following.ask("select pg_postmaster_start_time()") == began
    following.leaves()
    assert house.servers() == []


@as_both
def test_a_killed_server_comes_back_with_its_data(frail_house: House) -> None:
    first = frail_house.neighbour(DURABLE="yes")
    first.ask("create table well as select '三号楼路灯' as name")
    os.kill(frail_house.postmaster(), signal.SIGKILL)
    second = frail_house.neighbour()
    assert second.ask("select name from well") == "三号楼路灯"
    assert first.ask("select name from well") == "三号楼路灯"


def test_a_long_query_that_survives_the_server_does_not_stop_the_next(frail_house: House) -> None:
    frail_house.neighbour().begins("select count(*) from generate_series(1, 100000000000)")
    time.sleep(0.3)
    os.kill(frail_house.postmaster(), signal.SIGKILL)
    assert frail_house.neighbour().ask("select 1") == "1"


@as_both
def test_the_number_of_a_dead_server_may_belong_to_another_program(frail_house: House) -> None:
    frail_house.neighbour(DURABLE="yes").ask("create table gate as select '三号楼路灯' as name")
    pid = frail_house.postmaster()
    os.kill(pid, signal.SIGKILL)
    for neighbour in frail_house.started:
        neighbour.is_killed()
    stale = frail_house.home / "postgres-data" / "postmaster.pid"
    stranger = frail_house.start("import sys; print('here', flush=True); sys.stdin.readline()")
    assert stranger.hears() == "here"
    stale.write_text(stale.read_text().replace(str(pid), str(stranger.process.pid), 1))
    assert frail_house.neighbour().ask("select name from gate") == "三号楼路灯"
    assert stranger.process.poll() is None


@as_both
def test_a_start_killed_in_the_middle_of_making_the_database_is_swept_up(empty_house: House) -> None:
    killed = empty_house.start(NEIGHBOUR)
    assert within(20, lambda: list(empty_house.home.glob("postgres-data.new-*/global")))
    killed.is_killed()
    assert not (empty_house.home / "postgres-data").exists()
    assert empty_house.neighbour().ask("select 1") == "1"
    assert list(empty_house.home.glob("*.new-*")) == []


def test_root_killed_in_the_middle_of_copying_the_programs_starts_afresh(roots_house: House) -> None:
    killed = roots_house.start(NEIGHBOUR)
    assert within(20, lambda: list(roots_house.home.glob("postgres-1*.new-*/*")))
    killed.is_killed()
    kept = roots_house.home / "postgres-9.6-notes"
    kept.mkdir(parents=True)
    roots_house.neighbour().leaves()
    assert list(roots_house.home.glob("*.new-*")) == []
    assert kept.is_dir()


# ── homes ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_home_too_deep_for_a_socket_works_and_leaves_nothing_behind(empty_house: House) -> None:
    deep = empty_house.base.joinpath(*["很深的目录"] * 8)
    asking = NEIGHBOUR.replace('print("ready"', "print(server.socket_folder, oct(server.socket_folder.stat().st_mode)")
    first = empty_house.start(asking, home=deep)
    folder, mode = first.hears().split()
    assert Path(folder).parent == Path(tempfile.gettempdir())
    assert mode == "0o40700"
    assert first.ask("select 1") == "1"
    first.leaves()
    assert not Path(folder).exists()


def test_a_path_that_a_shell_would_read_is_refused(empty_house: House) -> None:
    _, err = empty_house.run(NEIGHBOUR, home=empty_house.base / "$(id)")
    assert "LINLI_HOME 换一个目录" in err
    assert list(empty_house.base.iterdir()) == []


def test_root_is_told_which_folder_keeps_nobody_out(roots_house: House) -> None:
    closed = roots_house.base / "闭门"
    closed.mkdir(mode=0o700)
    home = closed / "inside" / "home"
    home.mkdir(parents=True)
    before = [folder.stat().st_mode for folder in (closed, home.parent, home)]
    _, err = roots_house.run(NEIGHBOUR, home=home)
    assert f"nobody 无法进入目录 {closed}。" in err
    assert f"nobody, which cannot enter {closed}. Set LINLI_HOME" in err
    assert [folder.stat().st_mode for folder in (closed, home.parent, home)] == before
    assert list(home.iterdir()) == []


def test_a_home_that_cannot_be_written_is_refused_by_name(empty_house: House) -> None:
    _, err = empty_house.run(NEIGHBOUR, home=Path("/proc/linli"))
    assert "DatabaseRefused" in err
    assert "数据目录 /proc/linli 无法使用" in err


def test_data_of_another_version_are_refused_and_untouched(frail_house: House) -> None:
    version = frail_house.home / "postgres-data" / "PG_VERSION"
    version.write_text("15\n")
    _, err = frail_house.run(NEIGHBOUR)
    assert "由 PostgreSQL 15 建立" in err
    assert "Export the data with the old version" in err


@pytest.mark.skipif(not ROOT, reason="only root can give a folder away")
def test_data_of_another_account_are_refused(frail_house: House) -> None:
    os.chown(frail_house.home / "postgres-data", 0, 0)
    _, err = frail_house.run(NEIGHBOUR)
    assert "属于另一个系统账户" in err


def test_the_log_is_cut_and_repeats_nothing_that_people_wrote(house: House) -> None:
    with (house.home / "postgres.log").open("a") as log:
        log.write("旧" * 400_000)
    first = house.neighbour()
    first.ask("create table phone (number text unique)")
    first.ask("insert into phone values ('13800138000')")
    assert first.ask("insert into phone values ('13800138000')") == ""
    assert "13800138000" not in house.log()
    assert "database system is ready" in house.log()
    assert len(house.log()) < 10_000


def test_the_home_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_HOME", "/srv/邻里")
    assert data_home() == Path("/srv/邻里")


def test_the_home_without_a_word_follows_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINLI_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", "/srv/data")
    expected = {True: "/var/lib/linli", False: "/srv/data/linli"}
    if sys.platform == "darwin" and not ROOT:
        expected[False] = str(Path.home() / "Library/Application Support/linli")
    assert data_home() == Path(expected[ROOT])


# ── through Django ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_django_without_a_query_starts_no_server(empty_house: House) -> None:
    out, err = empty_house.django(
        "from django.core.management import call_command\ncall_command('check')\nprint(connection.vendor)"
    )
    assert out.endswith("postgresql\n"), err
    assert not empty_house.home.exists()


def test_the_first_query_starts_the_server_and_makes_the_database(empty_house: House) -> None:
    out, err = empty_house.django("print(one('select current_database()'), one(\"select show_trgm('消防') <> '{}'\"))")
    assert out == "linli True\n", err


def test_django_makes_and_drops_test_databases(house: House) -> None:
    out, err = house.django(
        "connection.creation.create_test_db(verbosity=0, autoclobber=True)\n"
        "print(one('select current_database()'), one(\"select show_trgm('消防') <> '{}'\"))\n"
        "connection.creation.destroy_test_db('linli', verbosity=0)\n"
        "print(one(\"select string_agg(datname, ' ') from pg_database where datname like '%linli%'\"))\n"
    )
    assert out == "test_linli True\nlinli\n", err


def test_a_process_whose_server_was_killed_goes_on_with_its_next_connection(house: House) -> None:
    out, err = house.django(
        "import os, signal, pathlib\n"
        "one('select 1')\n"
        "home = pathlib.Path(sys.argv[1])\n"
        "os.kill(int((home / 'postgres-data/postmaster.pid').read_text().split()[0]), signal.SIGKILL)\n"
        "connection.close()\n"
        "print(one('select 2'))\n"
    )
    assert out == "2\n", err


def test_an_outside_server_that_sees_no_chinese_is_refused(house: House) -> None:
    first = house.neighbour()
    first.ask("create database deaf template template0 locale 'C' locale_provider libc")
    out, err = house.django("one('select 1')", NAME="deaf", HOST=str(house.home / "socket"), USER="linli")
    assert out == ""
    assert "ImproperlyConfigured: 这个数据库的区域设置(LC_CTYPE)读不出汉字" in err


def test_an_outside_server_without_trigrams_says_what_to_ask_for(house: House) -> None:
    first = house.neighbour()
    first.ask("create role guest login")
    first.ask("create database bare")
    outside = {"NAME": "bare", "HOST": str(house.home / "socket")}
    _, err = house.django("one('select 1')", **outside, USER="guest")
    assert "ImproperlyConfigured: 数据库缺少 pg_trgm 扩展" in err
    assert "CREATE EXTENSION pg_trgm SCHEMA public;" in err
    house.django("one('select 1')", **outside, USER="linli")
    out, err = house.django("print(one('select current_user'))", **outside, USER="guest")
    assert out == "guest\n", err


def test_an_outside_database_is_never_made_by_us(house: House) -> None:
    house.neighbour()
    _, err = house.django("one('select 1')", NAME="absent", HOST=str(house.home / "socket"), USER="linli")
    assert 'database "absent" does not exist' in err


def test_a_home_that_cannot_be_used_is_a_matter_of_configuration(empty_house: House) -> None:
    _, err = empty_house.run(DJANGO + "one('select 1')", "{}", home=Path("/proc/linli"))
    assert "ImproperlyConfigured: 数据目录 /proc/linli 无法使用" in err


# ── addresses ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_address_gives_all_its_parts() -> None:
    assert database_from_url(
        "postgresql://we:p%40ss%2Fw%23@db.example:6432/%E9%82%BB%E9%87%8C?sslmode=verify-full"
    ) == {
        "ENGINE": "linli.postgres.backend",
        "NAME": "邻里",
        "USER": "we",
        "PASSWORD": "p@ss/w#",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "verify-full"},
    }


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("postgres:///linli?host=/var/run/postgresql", "/var/run/postgresql"),
        ("postgresql://%2Fvar%2Frun%2Fpostgresql/linli", "/var/run/postgresql"),
        ("postgresql://%2FVar%2FRun/linli", "/Var/Run"),
        ("postgresql://[::1]/linli", "::1"),
    ],
)
def test_an_address_may_name_a_socket_or_a_numbered_host(url: str, host: str) -> None:
    assert database_from_url(url)["HOST"] == host


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://we:secret@db/linli", "must begin with postgresql://"),
        ("postgresql:///linli", "names no host"),
        ("postgresql://db", "names no database"),
        ("postgresql://we:secret@db/a/b", "names no database"),
        ("postgresql://we:sec#ret@db/linli", "Write %23"),
        ("postgresql://we:secret@db:many/linli", "is not a number"),
        ("postgresql://we:se/cret@db/linli", "is not a number"),
        ("postgresql://we:secret@db:99999/linli", "is not a number"),
        ("postgresql://we:secret@db/linli?port=0", "not a port number"),
        ("postgresql://we:secret@db/linli?sslmod=require", "unknown parameter: sslmod"),
        ("postgresql://we:secret@db/linli?sslmode=yes", "must be one of: disable"),
        ("postgresql://we:secret@db/linli?host=other", "gives host twice"),
        ("postgresql://we:secret@[db/linli", "is malformed"),
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_its_password(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r"DATABASE_URL") as refused:
        database_from_url(url)
    assert sentence in str(refused.value)
    assert "secret" not in str(refused.value)
