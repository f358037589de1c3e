"""Writes a trained cnn.Net as ONNX with a dozen plain operators (opset 17, IR version 8).

Written by hand, so that the file holds nothing but Conv, Relu, AveragePool, Add, GlobalAveragePool,
GlobalMaxPool, Concat, Flatten and Gemm, which every runtime has. Batch normalisation is folded.
"""
import onnx
from onnx import TensorProto, helper, numpy_helper


def folded(conv, norm):
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    return conv.weight * scale.view(-1, 1, 1, 1), norm.bias - norm.running_mean * scale


def export_body(net, path):
    """Image to features; the linear outputs used in training stay behind."""
    net.eval()
    nodes, constants = [], []

    def constant(name, tensor):
        constants.append(numpy_helper.from_array(tensor.detach().float().numpy(), name))
        return name

    def node(kind, inputs, output, **attributes):
        nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def convolution(name, source, conv, norm, stride, pad):
        weight, bias = folded(conv, norm)
        size = weight.shape[-1]
        return node("Conv", [source, constant(name + ".weight", weight),
                             constant(name + ".bias", bias)], name,
                    kernel_shape=[size, size], strides=[stride, stride], pads=[pad] * 4)

    h = convolution("stem", "image", net.stem, net.norm, 2, 2)
    h = node("Relu", [h], "stem.relu")
    for i, block in enumerate(net.blocks):
        name = f"block{i}"
        a = convolution(name + ".conv1", h, block.conv1, block.norm1, 2, 1)
        a = node("Relu", [a], name + ".relu1")
        a = convolution(name + ".conv2", a, block.conv2, block.norm2, 1, 1)
        pooled = node("AveragePool", [h], name + ".pool", kernel_shape=[2, 2], strides=[2, 2])
        skip = node("Conv", [pooled, constant(name + ".skip.weight", block.skip.weight)],
                    name + ".skip", kernel_shape=[1, 1], strides=[1, 1])
        h = node("Relu", [node("Add", [a, skip], name + ".add")], name + ".relu")
    average = node("GlobalAveragePool", [h], "pool.average")
    maximum = node("GlobalMaxPool", [h], "pool.maximum")
    node("Flatten", [node("Concat", [average, maximum], "pool", axis=1)], "features", axis=1)
    graph = helper.make_graph(
        nodes, "classifier",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 1, 128, 128])],
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["batch", net.head.in_features])], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8,
                              producer_name="chexgen-mini")
    onnx.checker.check_model(model)
    onnx.save(model, path)


def attach_head(body, hidden, outputs, path, description):
    """features -> Gemm -> Relu -> Gemm -> logits."""
    model = onnx.load(body)
    graph = model.graph
    for name, layer in (("hidden", hidden), ("head", outputs)):
        for part in ("weight", "bias"):
            values = getattr(layer, part).detach().float().numpy()
            graph.initializer.append(numpy_helper.from_array(values, f"{name}.{part}"))
    graph.node.append(helper.make_node("Gemm", ["features", "hidden.weight", "hidden.bias"],
                                       ["hidden"], name="hidden", transB=1))
    graph.node.append(helper.make_node("Relu", ["hidden"], ["hidden.relu"], name="hidden.relu"))
    graph.node.append(helper.make_node("Gemm", ["hidden.relu", "head.weight", "head.bias"],
                                       ["logits"], name="logits", transB=1))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info("logits", TensorProto.FLOAT,
                                                      ["batch", outputs.out_features]))
    model.doc_string = description
    onnx.checker.check_model(model)
    onnx.save(model, path)
