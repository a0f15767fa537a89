"""Writes small databases of countries in MaxMind's format, version 2.0: a tree of networks, whose leaves point to records."""
import ipaddress
import os
import struct

SEPARATOR = 16


def _text(value):
    octets = value.encode()
    return bytes([2 << 5 | len(octets)] if len(octets) < 29 else [2 << 5 | 29, len(octets) - 29]) + octets


def _map(**values):
    return bytes([7 << 5 | len(values)]) + b"".join(_text(key) + value for key, value in values.items())


def _number(value):
    return bytes([6 << 5 | 4]) + struct.pack(">I", value)  # uint32


def _short(value):
    return bytes([5 << 5 | 2]) + struct.pack(">H", value)  # uint16


def write(path, countries):
    """A database with these networks ({"192.0.2.0/24": "DE"}, none inside another one), in its place as a whole."""
    nodes, data, offsets = [[None, None]], b"", {}
    for text, country in countries.items():
        network = ipaddress.ip_network(text)
        if country not in offsets:
            offsets[country] = len(data)
            data += _map(country=_map(iso_code=_text(country)))
        length = network.prefixlen + 128 - network.max_prefixlen  # IPv4 is in ::/96
        bits = f"{int(network.network_address):0128b}"[:length]
        node = 0
        for bit in bits[:-1]:
            if nodes[node][int(bit)] is None:
                nodes.append([None, None])
                nodes[node][int(bit)] = len(nodes) - 1
            node = nodes[node][int(bit)]
        nodes[node][int(bits[-1])] = ("record", offsets[country])
    tree = b""
    for node in nodes:
        for record in node:
            value = len(nodes) if record is None else record
            if isinstance(record, tuple):
                value = len(nodes) + SEPARATOR + record[1]
            tree += struct.pack(">I", value)[1:]  # records of 24 bits
    description = _map(
        binary_format_major_version=_short(2), binary_format_minor_version=_short(0),
        build_epoch=bytes([4, 9 - 7]) + struct.pack(">I", 1700000000),  # uint64, in 4 octets
        database_type=_text("Argyle-Test"), description=_map(en=_text("for tests")), ip_version=_short(6),
        languages=bytes([0, 11 - 7]), node_count=_number(len(nodes)), record_size=_short(24))
    with open(path + ".new", "wb") as file:
        file.write(tree + bytes(SEPARATOR) + data + b"\xab\xcd\xefMaxMind.com" + description)
    os.replace(path + ".new", path)
