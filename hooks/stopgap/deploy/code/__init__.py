"""Programs that deploy: JavaScript, PHP and Ruby as tokens, and the values and calls in them. Nothing is run."""
