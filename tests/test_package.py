"""What a person gets who installs the built wheel and never sees the checkout."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

import deskterm

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout with the pinned build backend."""
    built = tmp_path_factory.mktemp("wheel")
    build = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(built), str(ROOT)]
    subprocess.run([sys.executable, "-m", "pip", *build], check=True, capture_output=True)
    return next(built.glob("deskterm-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `deskterm` command of a fresh environment: the wheel, and this environment's other packages.

    A .pth file lends the packages; those of the lending environment's own .pth files, such as an editable
    deskterm, are not read along with it.
    """
    place = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(place, with_pip=False, symlinks=True)
    install = ["--python", str(place / "bin" / "python"), "install", "--quiet", "--no-deps", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *install], check=True, capture_output=True)
    site_packages = next(place.glob("lib/python*/site-packages"))
    (site_packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return place / "bin" / "deskterm"


def run(command: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run an installed command away from the checkout, in an environment that knows nothing of it."""
    clean = {"HOME": str(cwd), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    return subprocess.run([command, *arguments], cwd=cwd, env=clean, capture_output=True, text=True, timeout=120)


def seeds_on_disk() -> dict[str, bytes]:
    return {path.relative_to(DATA).as_posix(): path.read_bytes() for path in DATA.rglob("*") if path.is_file()}


def seeds_in(wheel: Path) -> dict[str, bytes]:
    prefix = "deskterm/_data/"
    with zipfile.ZipFile(wheel) as archive:
        return {name.removeprefix(prefix): archive.read(name) for name in archive.namelist() if name.startswith(prefix)}


def test_wheel_carries_every_seed(wheel: Path) -> None:
    """The wheel holds data/ exactly as the checkout does."""
    assert seeds_on_disk()
    assert seeds_in(wheel) == seeds_on_disk()


def test_wheel_carries_the_package_and_nothing_beside_it(wheel: Path) -> None:
    """Every file of the package is in the wheel, and neither tests nor benchmarks are."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    sources = [path for path in (ROOT / "deskterm").rglob("*") if path.suffix in {".py", ".tcss"}]
    assert {path.relative_to(ROOT).as_posix() for path in sources} <= names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"deskterm"}


def test_installed_command_tells_its_version(installed: Path, tmp_path: Path) -> None:
    """`deskterm --version` works outside the checkout."""
    answer = run(installed, "--version", cwd=tmp_path)
    assert (answer.returncode, deskterm.__version__ in answer.stdout) == (0, True), answer.stderr


def test_installed_demo_prints_its_tickets(installed: Path, tmp_path: Path) -> None:
    """`deskterm demo --plain` fills a desk from the seeds in the wheel and prints the tickets."""
    answer = run(installed, "demo", "--plain", "--dir", str(tmp_path / "desk"), cwd=tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert (tmp_path / "desk" / "desk.db").is_file()
    assert len(answer.stdout.splitlines()) > 10, answer.stdout
