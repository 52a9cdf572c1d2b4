"""Colours by their names, in the languages that files come in."""

import re
from collections.abc import Mapping

# Each can be written on in black or white with a contrast of 4.5 and more.
FILLS: Mapping[str, str] = {
    "white": "#f4f3ee",
    "black": "#22262b",
    "grey": "#a3a9b1",
    "silver": "#c9ced3",
    "red": "#c8372d",
    "orange": "#e8902f",
    "yellow": "#f2cd3f",
    "gold": "#cfa640",
    "beige": "#dfcfae",
    "brown": "#7a4d2b",
    "green": "#2f8046",
    "turquoise": "#3fb3ab",
    "blue": "#2a67b0",
    "purple": "#79489b",
    "pink": "#ee9dbb",
}
_WORDS: Mapping[str, str] = {
    "white": "white weiß weiss blanc blanche blanco blanca bianco bianca wit branco branca biały "
    "biały bílá bílý vit hvid beyaz valkoinen fehér alb putih белый 白 白色 ホワイト",
    "black": "black schwarz noir noire negro negra nero nera zwart preto preta czarny černá černý "
    "svart sort siyah musta fekete negru hitam черный чёрный 黑 黑色 ブラック",
    "grey": "grey gray grau gris grigio grigia grijs cinza szary šedá šedý grå gri harmaa szürke "
    "abu серый 灰 灰色 グレー anthracite anthrazit",
    "silver": "silver silber argent plata argento zilver prata srebrny stříbrná sølv gümüş "
    "серебро 银 银色 銀",
    "red": "red rot rouge rojo roja rosso rossa rood vermelho vermelha czerwony červená röd rød "
    "kırmızı punainen piros roșu merah красный 红 红色 紅 赤",
    "orange": "orange naranja arancione oranje laranja pomarańczowy oranžová turuncu oranssi "
    "narancs portocaliu оранжевый 橙 橙色",
    "yellow": "yellow gelb jaune amarillo amarilla giallo gialla geel amarelo amarela żółty žlutá "
    "gul sarı keltainen sárga galben kuning желтый жёлтый 黄 黄色 黃",
    "gold": "gold or oro goud ouro złoty zlatá guld altın kulta arany золото 金 金色",
    "beige": "beige cream creme crème crema beż béžová bej ivory elfenbein ecru natur",
    "brown": "brown braun brun marron marrón marrone bruin marrom castanho brązowy hnědá "
    "kahverengi ruskea barna maro cokelat коричневый 棕 棕色 茶色 褐",
    "green": "green grün gruen vert verte verde groen zielony zelená grön grøn yeşil vihreä zöld "
    "hijau зеленый зелёный 绿 绿色 綠 緑 olive oliv",
    "turquoise": "turquoise türkis turquesa turchese turkoois turkus turkos turkuaz petrol teal "
    "cyan aqua",
    "blue": "blue blau bleu bleue azul blu blauw niebieski modrá blå mavi sininen kék albastru "
    "biru синий голубой 蓝 蓝色 藍 青 navy indigo",
    "purple": "purple violet violett lila morado viola paars roxo fioletowy fialová mor violetti "
    "фиолетовый 紫 紫色",
    "pink": "pink rosa rose roze różowy růžová pembe pinkki rózsaszín розовый 粉 粉色 粉红 magenta",
}
_OF: Mapping[str, str] = {word: name for name, words in _WORDS.items() for word in words.split()}
# Short words that are no colour in most names: French gold is everybody's "or".
_AMBIGUOUS = frozenset({"or", "alb", "mor", "sort", "wit", "rose", "natur"})
# German joins words: Reinweiß, Verkehrsrot; bread is none.
_JOINED = re.compile(r".{3,}?(weiß|weiss|schwarz|grau|rot|gelb|grün|gruen|blau|braun)")
_BREAD = re.compile(r".*brot")
_ASIAN = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]+")


def colour_in(name: str) -> str | None:
    """Return the colour that a name says, as a key of `FILLS`; the first one it says.

    >>> colour_in("RAL 9010 Reinweiß"), colour_in("dark red / matt"), colour_in("Bread 500 g")
    ('white', 'red', None)
    """
    for token in re.findall(r"[^\W\d_]+", name.lower()):
        found = _of_token(token, alone=token == name.strip().lower())
        if found is not None:
            return found
    return None


def _of_token(token: str, *, alone: bool) -> str | None:
    if token in _OF:
        return _OF[token] if alone or token not in _AMBIGUOUS else None
    joined = _JOINED.fullmatch(token)
    if joined is not None and not _BREAD.fullmatch(token):
        return _OF[joined[1]]
    if _ASIAN.fullmatch(token):
        return next((_OF[letter] for letter in token if letter in _OF), None)
    return None
