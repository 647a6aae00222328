"""How every screen looks and is built: layouts, components, formats, forms, and the assets that the browser loads.

**Layouts.** `ui/base.html` (signed in; blocks: title_words, head, header, tabs, content, scripts; `header` is best
filled with `<c-page-header>`, or its inner blocks pretitle, heading, state, next, actions) and `ui/bare.html`
(sign-in and public pages; blocks: title_words, heading, content, below, width: `wide` for long forms).

**Context that the layouts read**, from a context processor of `site`; what is missing is left out of the page:

- `now`: the aware moment of this page. Relative times and time left are told from it; without it times are absolute.
- `navigation`: [{title, icon, items: [{title, url, active, count, icon, key}]}]; one without title (Home) is shown
  plain, and only there items show their icons; icons are names of `icons.known_icons()`; `key` is a shortcut ("g h").
- `acting`: {name}, `organizations`: [{id, name, active}], `acting_url`: takes POST organization, next.
- `search_url` (takes GET q), `search_words`, `new_menu`: [{title, url, icon}], `inbox`: {url, count}, `home_url`,
  `help_url`, `api_url`.
- `languages`: [{code, name, active}], `language_url`: takes POST language, next (Django's set_language).
- `theme`: "light", "dark" or "" (follow the system): the value of the cookie `theme`, which the page itself writes.
- `network`: {name, logo_url, accent}; accent is one of `ACCENTS`, each readable in both themes.
- `person`: {name, email, picture_url, profile_url}, `sign_out_url` (takes POST), `version`.
- `request` and `messages` of Django's own context processors.

**Settings**: installed apps `hansa.ui`, `django_cotton`, `django_htmx`; `FORM_RENDERER = "hansa.ui.forms.Renderer"`.
The pages need no inline script or style: `script-src 'self'; style-src 'self'; img-src 'self' data:`.

**Components** are the files of `templates/cotton/`; each says in its first lines what it takes. Bootstrap's scripts
are not loaded: `<c-menu>`, `<c-tabs>`, `<c-dialog>` stand for its `data-bs-toggle`. A class for state words is never
coined in a template: use `<c-state kind=…>` with one of `STATE_KINDS`.

**Assets** are written in `assets/` and built into `static/dist/` by `assets.build.build_assets` (not in git).
"""

STATE_KINDS = ("draft", "progress", "waiting", "settled", "refused")
ACCENTS = ("baltic", "ocean", "indigo", "violet", "plum", "rose", "brick", "bronze", "moss", "pine", "slate")
