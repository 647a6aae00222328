"""Where the modules are put together: settings, addresses, navigation, middleware, reactions, the demo."""
