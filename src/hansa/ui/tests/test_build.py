from pathlib import Path

import pytest

from hansa.ui.assets import build


@pytest.fixture
def root(tmp_path: Path) -> Path:
    sources = tmp_path / build.SOURCES
    sources.mkdir(parents=True)
    (sources / "app.js").write_text("1")
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / "package-lock.json").write_text("{}")
    return tmp_path


@pytest.fixture
def ran(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Node is what leaves this process: it is replaced by one that writes an empty bundle."""
    calls: list[str] = []

    def run(program: str, arguments, where: Path) -> None:
        calls.append(f"{program} {arguments[0]}")
        (where / ("node_modules" if program == "npm" else build.DIST)).mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(build, "_node_runner", lambda: run)
    return calls


def test_nothing_is_built_at_first(root):
    assert not build.assets_are_built(root)


def test_building_installs_the_lock_and_bundles(root, ran):
    build.build_assets(root)
    assert ran == ["npm ci", "node src/hansa/ui/assets/build.mjs"]
    assert build.assets_are_built(root)


def test_an_unchanged_lock_is_not_installed_again(root, ran):
    build.build_assets(root)
    build.build_assets(root)
    assert ran.count("npm ci") == 1


@pytest.mark.parametrize("changed", ["package-lock.json", "src/hansa/ui/assets/app.js"])
def test_a_changed_source_is_noticed(root, ran, changed):
    build.build_assets(root)
    (root / changed).write_text("2")
    assert not build.assets_are_built(root)


def test_a_machine_without_node_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr(build, "node_is_present", lambda: False)
    monkeypatch.setattr(build.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(build.AssetsNotBuilt, match=r"Node 20 or newer.*requirements/node\.txt"):
        build._node_runner()


def test_a_failing_build_tells_what_it_said(root):
    with pytest.raises(build.AssetsNotBuilt, match="no such thing"):
        build._run(["python3", "-c", "import sys; sys.exit('no such thing')"], root)
