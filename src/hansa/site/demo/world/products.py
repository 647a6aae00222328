"""The range: some 330 articles in four categories, with where each stood and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random
from typing import NamedTuple

from hansa.site.demo.world.records import Classification, Product
from hansa.site.demo.world.streams import stream


class Family(NamedTuple):
    """A family: its models with their EUR prices, and the colours and sizes that each comes in."""

    category: str
    name: str
    prefix: str
    noun: str
    models: str
    colours: str
    sizes: str


SIZES = "S M L XL"
RANGE = (
    Family("Bikes", "Road", "RD", "Road Bike", "Albatros=1180 Windläufer=1940", "Black Ivory", SIZES),
    Family("Bikes", "Gravel", "GR", "Gravel Bike", "Kiesel=980 Schotter=1620", "Olive Sand", SIZES),
    Family("Bikes", "Mountain", "MT", "Mountain Bike", "Kliff=640 Geröll=1240 Grat=2180", "Black Rust", SIZES),
    Family("Bikes", "Touring", "TR", "Touring Bike", "Fernweh=890 Deichgraf=1390", "Blue Grey", SIZES),
    Family("Bikes", "City", "CT", "City Bike", "Bummel=360 Kontor=520 Strandgut=1480", "Black Red", "S M L"),
    Family("Bikes", "E-Bikes", "EB", "E-Bike", "Rückenwind=1750 Böe=2340 Sturmflut=3180", "Graphite White", "S M L"),
    Family("Bikes", "Cargo Bikes", "CG", "Cargo Bike", "Kogge=2450 Schute=3640", "Black Teal Yellow", "-"),
    Family("Bikes", "Kids", "KD", "Kids' Bike", "Möwchen=165 Seepferd=215 Krabbe=275", "Yellow Mint", "16in 20in"),
    Family("Components", "Frames", "FR", "Frame", "Albatros=540 Kliff=410 Fernweh=380", "Black Raw", SIZES),
    Family("Components", "Forks", "FK", "Fork", "Pfeil=120 Feder=210 Düne=265 Welle=330", "Black", "28in 29in"),
    Family("Components", "Wheels", "WH", "Wheel Set", "Rund=115 Flink=220 Leicht=390 Luft=640", "-", "28in 29in"),
    Family("Components", "Drivetrains", "DT", "Drive", "Zahn=95 Kette=160 Kranz=240 Gurt=310", "Black Silver", "-"),
    Family("Components", "Brakes", "BR", "Brake Set", "Halt=38 Anker=72 Poller=118", "Black Silver", "-"),
    Family("Components", "Handlebars", "HB", "Handlebar", "Horn=24 Bogen=38 Steuer=55 Pinne=82", "Black", "40cm 44cm"),
    Family("Components", "Saddles", "SD", "Saddle", "Bank=22 Sattel=36 Thron=64 Polster=88", "Black Brown", "-"),
    Family("Components", "Pedals", "PD", "Pedal Set", "Tritt=16 Stufe=28 Halt=45", "Black Silver", "-"),
    Family("Components", "Cranks", "CK", "Crank Set", "Kurbel=48 Hebel=85 Winde=140 Spill=215", "-", "170mm 175mm"),
    Family("Clothing", "Jerseys", "JS", "Jersey", "Brise=32 Passat=46", "Blue Coral", SIZES),
    Family("Clothing", "Shorts", "SH", "Shorts", "Brise=34 Passat=49", "Black", SIZES),
    Family("Clothing", "Jackets", "JK", "Rain Jacket", "Schauer=58 Wolke=84", "Yellow Navy", SIZES),
    Family("Clothing", "Gloves", "GL", "Gloves", "Griff=14 Fäustling=23", "Black Blue", "S M L"),
    Family("Clothing", "Socks and Caps", "SC", "Cycling Socks", "Strumpf=6.5 Wolle=9", "Blue Coral", "-"),
    Family("Accessories", "Helmets", "HM", "Helmet", "Kuppe=26 Haube=44 Helm=68", "Black White", "S M L"),
    Family("Accessories", "Lights", "LT", "Light", "Funzel=9.5 Laterne=18 Leuchtturm=36", "Front Rear", "-"),
    Family("Accessories", "Locks", "LK", "Lock", "Riegel=12 Knoten=24 Trutz=48", "-", "80cm 110cm"),
    Family("Accessories", "Racks", "RK", "Rack", "Last=19 Träger=32 Frachter=58", "Black Silver", "-"),
    Family("Accessories", "Panniers", "PN", "Pannier", "Beutel=28 Seesack=46 Truhe=72", "Navy Orange", "-"),
    Family("Accessories", "Bottles and Pumps", "BP", "Bottle", "Schluck=4.5 Fass=7", "Clear Blue Black", "-"),
    Family("Accessories", "Tyres", "TY", "Tyre", "Asphalt=14 Kies=19 Watt=24", "-", "28in 29in"),
    Family("Accessories", "Tools", "TL", "Tool", "Zange=11 Kasten=36 Bock=78 Waage=21 Presse=54 Heber=9", "-", "-"),
    Family("Accessories", "Child Seats", "CS", "Child Seat", "Nest=44 Koje=62", "Grey Mint", "-"),
)  # fmt: skip

# Model, what it was before, what it has been since, and how many months before the newest fiscal year's end that was.
RECLASSIFIED = (
    ("Strandgut", ("City", "Bikes"), ("E-Bikes", "Bikes"), 0, 1),
    ("Asphalt", ("Tyres", "Accessories"), ("Tyres", "Components"), -1, 7),
    ("Kies", ("Tyres", "Accessories"), ("Tyres", "Components"), -1, 7),
)


def make_products(seed: int) -> tuple[Product, ...]:
    """The articles as first classified. One in twelve still has a former code that some senders use."""
    chance = stream(seed, "products")
    made = [product for family in RANGE for product in _of_family(family, chance)]
    renamed = set(chance.sample(range(len(made)), len(made) // 12))
    return tuple(
        replace(product, former_code=f"B{40000 + index * 7}") if index in renamed else product
        for index, product in enumerate(made)
    )


def _of_family(family: Family, chance: Random) -> list[Product]:
    products = []
    for number, model in enumerate(family.models.split(), start=1):
        name, price = model.split("=")
        stem = f"{family.prefix}-{number * 100 + chance.randrange(10, 100)}"
        for colour in family.colours.split():
            for size in family.sizes.split():
                traits = [trait for trait in (colour, size) if trait != "-"]
                code = "-".join([stem, *map(_short, traits)])
                label = ", ".join([f"{name} {family.noun}", *traits])
                cents = round(float(price) * 100)
                serial = family.name in ("E-Bikes", "Cargo Bikes")
                products.append(Product(code, label, family.name, family.category, cents, serial))
    return products


def _short(trait: str) -> str:
    return trait.upper() if any(letter.isdigit() for letter in trait) else trait[:3].upper()


def make_classifications(products: tuple[Product, ...], newest_year: int) -> tuple[Classification, ...]:
    """One row per article, two for those that moved; the move is on the first of a month of the last two years."""
    rows = []
    for product in products:
        move = next((entry for entry in RECLASSIFIED if product.name.startswith(entry[0] + " ")), None)
        if move is None:
            rows.append(Classification(product.code, product.family, product.category, None, None))
            continue
        _, before, since, years, month = move
        moved_on = date(newest_year + years, month, 1)
        rows.append(Classification(product.code, *before, None, moved_on))
        rows.append(Classification(product.code, *since, moved_on, None))
    return tuple(rows)
