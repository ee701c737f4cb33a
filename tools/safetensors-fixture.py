"""Writes test/fixtures/safetensors-python.safetensors with the format's own library: every element type that eidos
reads, with numbers at their edges.

    python tools/safetensors-fixture.py

Needs safetensors and ml_dtypes from PyPI; the tests themselves need neither.
"""

import os

import ml_dtypes
import numpy as np
from safetensors.numpy import save_file

folder = os.path.join(os.path.dirname(__file__), "..", "test", "fixtures")
tensors = {
    "f32": np.array([[1, -0.0, 1.5], [-2.25, np.inf, 2.0**-149]], np.float32),
    "f64": np.array([np.pi, -1e300], np.float64),
    "f16": np.array([1, -2, 65504, 2.0**-24, 2.0**-14, -np.inf, 1 / 3], np.float16),
    "bf16": np.array([1, -2.5, 3.3895313892515355e38, 0.1], ml_dtypes.bfloat16),
    "i32": np.array([-(2**31), 0, 2**31 - 1], np.int32),
    "i64": np.array(-7, np.int64),
    "u8": np.array([0, 1, 128, 255], np.uint8),
    "bool": np.array([True, False, True]),
    "empty": np.zeros((0, 5), np.float32),
    "日本語": np.array([9], np.uint8),
}
save_file(
    tensors,
    os.path.join(folder, "safetensors-python.safetensors"),
    metadata={"format": "np", "note": "made by safetensors"},
)
