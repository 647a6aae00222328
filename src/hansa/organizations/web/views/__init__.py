"""Screens of the settings that concern an organization, and the page of an invitation."""
