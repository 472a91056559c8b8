"""Settings are read once, from the file and the environment, and nothing unknown passes."""

from pathlib import Path

import pytest

from kentongan.errors import BadSettings
from kentongan.settings import Settings, as_variables, load_settings, variable_of


def test_defaults_need_no_file(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path) == Settings()


def test_a_variable_overrides_the_file(tmp_path: Path) -> None:
    (tmp_path / "kentongan.toml").write_text('organisation = "Kota A"\nzone = "WITA"\ndashboard_port = 9000\n')
    read = load_settings({"KENTONGAN_ORGANISATION": "Kota B", "KENTONGAN_DASHBOARD_PORT": "9001"}, tmp_path)
    assert (read.organisation, read.zone, read.dashboard_port) == ("Kota B", "WITA", 9001)


def test_customary_names_are_read(tmp_path: Path) -> None:
    read = load_settings({"ELASTICSEARCH_URL": "http://127.0.0.1:9200", "DATABASE_URL": "postgresql:///k"}, tmp_path)
    assert read.elasticsearch_url == "http://127.0.0.1:9200"
    assert read.casework_url == "postgresql:///k"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('organisasi = "x"\n', "organisation"),
        ('zone = "WIBB"\n', "zone"),
        ("crawl_delay = [1]\n", "crawl_delay"),
        ("data_dir = 3\n", "data_dir"),
        ("organisation = \n", "TOML"),
    ],
)
def test_a_settings_file_with_a_fault_is_refused_and_the_fault_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "kentongan.toml").write_text(text)
    with pytest.raises(BadSettings, match=said):
        load_settings({}, tmp_path)


def test_an_unknown_variable_with_our_prefix_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="KENTONGAN_DATA_DIR"):
        load_settings({"KENTONGAN_DATADIR": "x"}, tmp_path)


def test_a_number_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="KENTONGAN_CRAWL_DELAY"):
        load_settings({"KENTONGAN_CRAWL_DELAY": "cepat"}, tmp_path)


def test_a_named_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match=r"tidak-ada\.toml"):
        load_settings({"KENTONGAN_SETTINGS": str(tmp_path / "tidak-ada.toml")}, tmp_path)


def test_settings_survive_the_way_through_a_subprocess_environment(tmp_path: Path) -> None:
    chosen = Settings(data_dir=tmp_path, organisation="Kota C", crawl_delay=0.0, dashboard_port=0)
    assert load_settings(as_variables(chosen), tmp_path) == chosen


def test_every_setting_has_its_own_variable() -> None:
    names = [variable_of(name) for name in Settings.__struct_fields__]
    assert len(set(names)) == len(names)
