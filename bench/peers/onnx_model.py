#!/usr/bin/env python3
"""Writes a ReLU network with random weights as an ONNX file. Usage: onnx_model.py LAYERS FILE"""
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

sizes = [int(size) for size in sys.argv[1].split(",")]
random, nodes, weights, last = np.random.RandomState(0), [], [], "input"
for i, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
    w = (random.randn(inputs, outputs) / np.sqrt(inputs)).astype(np.float32)
    weights += [numpy_helper.from_array(w, f"w{i}"), numpy_helper.from_array(np.zeros(outputs, np.float32), f"b{i}")]
    nodes.append(helper.make_node("Gemm", [last, f"w{i}", f"b{i}"], [f"u{i}"]))
    last = f"u{i}"
    if i < len(sizes) - 2:
        nodes.append(helper.make_node("Relu", [last], [f"h{i}"]))
        last = f"h{i}"
graph = helper.make_graph(
    nodes, "network",
    [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["rows", sizes[0]])],
    [helper.make_tensor_value_info(last, TensorProto.FLOAT, ["rows", sizes[-1]])], weights)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
model.ir_version = 8
onnx.save(model, sys.argv[2])
