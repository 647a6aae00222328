"""How days are written in English where Django's own way is the American one; other languages keep Django's."""
