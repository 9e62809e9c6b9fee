"""The version of Levelboard, shown in the page's menu and by `levelboard.py --version`."""

VERSION = "0.2.0"
