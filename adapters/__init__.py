"""One folder per surface: payload to event, prompt to words on a screen. Folders never import each other."""
