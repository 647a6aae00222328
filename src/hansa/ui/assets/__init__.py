"""The sources of what the browser loads, and how they are built into `ui/static/dist`."""
