"""How `make lab` opens JupyterLab: in Chinese, at the notebooks, with the method document in reach, asking nothing of the network."""

from pathlib import Path

c = get_config()  # noqa: F821
c.ServerApp.root_dir = str(Path(__file__).parents[1])
c.ServerApp.ip = "127.0.0.1"
c.LabApp.default_url = "/lab/tree/notebooks/04_scenario_explorer.ipynb"
c.LabApp.app_settings_dir = str(Path(__file__).parent)  # overrides.json
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.LabApp.extension_manager = "readonly"
