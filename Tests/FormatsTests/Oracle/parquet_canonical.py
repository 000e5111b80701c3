"""Values as text that both sides of the Parquet tests can make: one line a row, one JSON-like array.

Integers, dates, timestamps and durations are their number; floats their bits in hexadecimal (any NaN is "nan");
strings "s" and binary values "b" before their bytes in hexadecimal; lists and structures arrays of their values.
"""

import numpy as np
import pyarrow as pa
import pyarrow.types as t

UNITS = {"s": "s", "ms": "ms", "us": "us", "ns": "ns"}


def type_text(type_):
    """Swiftwater's name of an Arrow type as a Parquet file holds it."""
    if t.is_dictionary(type_):
        return type_text(type_.value_type)
    if t.is_float16(type_):
        return "float32"
    if t.is_float32(type_):
        return "float32"
    if t.is_float64(type_):
        return "float64"
    if t.is_string(type_) or t.is_large_string(type_) or type_ == pa.string_view():
        return "string"
    if t.is_binary(type_) or t.is_large_binary(type_) or t.is_fixed_size_binary(type_) or type_ == pa.binary_view():
        return "binary"
    if isinstance(type_, pa.BaseExtensionType):
        return type_text(type_.storage_type)
    if t.is_date(type_):
        return "date"
    if t.is_timestamp(type_):
        unit = "ms" if type_.unit == "s" else type_.unit
        return f"timestamp[{unit}, UTC]" if type_.tz else f"timestamp[{unit}]"
    if t.is_time(type_):
        unit = "ms" if type_.unit == "s" else type_.unit
        return f"duration[{unit}]"
    if t.is_map(type_):
        return f"list<struct<key: {type_text(type_.key_type)}, value: {type_text(type_.item_type)}>>"
    if t.is_list(type_) or t.is_large_list(type_) or t.is_fixed_size_list(type_):
        return f"list<{type_text(type_.value_type)}>"
    if t.is_struct(type_):
        fields = ", ".join(f"{type_.field(i).name}: {type_text(type_.field(i).type)}" for i in range(type_.num_fields))
        return f"struct<{fields}>"
    return str(type_)


def canonical(array):
    """The text of each value of an array."""
    if isinstance(array, pa.ChunkedArray):
        return [text for chunk in array.chunks for text in canonical(chunk)]
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    type_ = array.type
    if t.is_dictionary(type_):
        return canonical(array.dictionary_decode())
    valid = array.is_valid().to_pylist()
    if t.is_null(type_):
        return ["null"] * len(array)
    if t.is_boolean(type_):
        texts = ["true" if v else "false" for v in array.to_pylist()]
    elif t.is_float16(type_):
        values = np.array([0 if v is None else v for v in array.to_pylist()], dtype=np.float32)
        texts = float_texts(values, np.uint32, 8)
    elif t.is_float32(type_):
        texts = float_texts(array.fill_null(0).to_numpy(zero_copy_only=False), np.uint32, 8)
    elif t.is_float64(type_):
        texts = float_texts(array.fill_null(0).to_numpy(zero_copy_only=False), np.uint64, 16)
    elif t.is_date64(type_):
        texts = [str(v // 86_400_000) for v in array.view(pa.int64()).fill_null(0).to_pylist()]
    elif t.is_timestamp(type_) or t.is_time64(type_) or t.is_duration(type_):
        scale = 1000 if type_.unit == "s" else 1
        texts = [str(v * scale) for v in array.view(pa.int64()).fill_null(0).to_pylist()]
    elif t.is_time32(type_):
        scale = 1000 if type_.unit == "s" else 1
        texts = [str(v * scale) for v in array.view(pa.int32()).fill_null(0).to_pylist()]
    elif t.is_date32(type_):
        texts = [str(v) for v in array.view(pa.int32()).fill_null(0).to_pylist()]
    elif t.is_integer(type_):
        texts = [str(v) for v in array.to_pylist()]
    elif type_text(type_) == "string":
        texts = ['"s' + (v or "").encode().hex() + '"' for v in array.to_pylist()]
    elif type_text(type_) == "binary":
        texts = ['"b' + (v or b"").hex() + '"' for v in array.to_pylist()]
    elif t.is_map(type_):
        pairs = zip(canonical(array.keys), canonical(array.items))
        texts = listed([f"[{k},{v}]" for k, v in pairs], array, valid, base=0)
    elif t.is_fixed_size_list(type_):
        return canonical(array.cast(pa.list_(type_.value_type)))
    elif t.is_list(type_) or t.is_large_list(type_):
        texts = listed(canonical(array.values), array, valid, base=0)
    elif t.is_struct(type_):
        members = [canonical(member) for member in array.flatten()]
        texts = ["[" + ",".join(row) + "]" for row in zip(*members)]
    else:
        raise NotImplementedError(str(type_))
    return [text if is_valid else "null" for text, is_valid in zip(texts, valid)]


def listed(elements, array, valid, base):
    offsets = array.offsets.to_pylist()
    return [
        "[" + ",".join(elements[offsets[i] - base : offsets[i + 1] - base]) + "]" if valid[i] else "null"
        for i in range(len(array))
    ]


def float_texts(values, unsigned, digits):
    bits = np.ascontiguousarray(values).view(unsigned)
    return ['"nan"' if np.isnan(v) else f'"{int(b):0{digits}x}"' for v, b in zip(values, bits)]


def write_expected(table, path):
    """The schema's line, then one line a row."""
    columns = [canonical(column) for column in table.columns]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\t".join(f"{field.name}={type_text(field.type)}" for field in table.schema) + "\n")
        if columns:
            file.writelines("[" + ",".join(row) + "]\n" for row in zip(*columns))
        else:
            file.writelines("[]\n" for _ in range(table.num_rows))
