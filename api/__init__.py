"""HTTP for other programs: figures and pictures as on the pages, and widgets for OpenBB Workspace."""
