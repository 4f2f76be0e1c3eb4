"""XML as both formats write it: elements, numbers, and a document."""

from xml.etree import ElementTree as ET


def element(tag: str, *inside: str | ET.Element, **attributes: str) -> ET.Element:
    """Return an element; an attribute that is a word of Python ends with an underscore."""
    made = ET.Element(tag, {name.rstrip("_"): value for name, value in attributes.items()})
    for part in inside:
        if isinstance(part, str):
            made.text = part
        else:
            made.append(part)
    return made


def plain(value: float) -> str:
    """Return a number as platforms read it: no thousands, no exponent.

    >>> plain(18_947.4), plain(0.0065), plain(-3.0)
    ('18947.4', '0.0065', '-3')
    """
    return f"{value:.6f}".rstrip("0").rstrip(".")


def written(root: ET.Element) -> bytes:
    """Return a document."""
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
