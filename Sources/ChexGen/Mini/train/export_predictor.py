"""Writes a judge of train_predictors.py as ONNX: the quickstart's attribute predictor.

    python export_predictor.py --judge DIR/judge1.pt --out predictor.onnx

Outputs: 0 the probability of a woman, 1 the age in years.
"""
import argparse
import os
import tempfile

import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

import cnn
import onnx_export
import train_predictors


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--judge", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    net = cnn.Net(len(train_predictors.TARGETS))
    net.load_state_dict(torch.load(args.judge)["state"])
    with tempfile.TemporaryDirectory() as folder:
        body = os.path.join(folder, "body.onnx")
        onnx_export.export_body(net, body)
        model = onnx.load(body)
    graph = model.graph
    weight, bias = net.head.weight.detach(), net.head.bias.detach()
    female = train_predictors.TARGETS.index("female")
    age = train_predictors.TARGETS.index("age")
    scale, centre = train_predictors.AGE_SCALE, train_predictors.AGE_CENTRE
    for name, w, b in (("female", weight[[female]], bias[[female]]),
                       ("age", weight[[age]] * scale, bias[[age]] * scale + centre)):
        graph.initializer.append(numpy_helper.from_array(w.numpy(), name + ".weight"))
        graph.initializer.append(numpy_helper.from_array(b.numpy(), name + ".bias"))
        graph.node.append(helper.make_node("Gemm", ["features", name + ".weight", name + ".bias"],
                                           [name], name=name, transB=1))
    graph.node.append(helper.make_node("Sigmoid", ["female"], ["female.probability"]))
    graph.node.append(helper.make_node("Concat", ["female.probability", "age"], ["predictions"],
                                       axis=1))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info("predictions", TensorProto.FLOAT,
                                                      ["batch", 2]))
    model.doc_string = "outputs: probability of a woman; age in years"
    onnx.checker.check_model(model)
    onnx.save(model, args.out)


if __name__ == "__main__":
    main()
