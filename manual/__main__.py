"""Writes what is made from the code: `python -m manual`."""

from manual import TOP, made

for path, text in made().items():
    (TOP / path).parent.mkdir(parents=True, exist_ok=True)
    (TOP / path).write_text(text, encoding="utf-8")
    print(path)
