"""What other libraries make of image files.

    images.py pictures OUTPUT     OUTPUT/dicom.json, for Tests/ClassifiersTests/ImagePeerTests.swift: every
                                  file that pydicom ships and can decode, with the grey that it should be
                                  shown in (modality and values of interest by pydicom, polarity by the
                                  standard) as 32-bit floats, and what dcmtk draws of it
    images.py scores OUTPUT DATA  JPEG and DICOM files made of the radiographs in DATA, a spec that audits
                                  two public classifiers on them (OUTPUT/audit.json), and what the
                                  classifiers give by Pillow, pydicom, NumPy and ONNX Runtime
    images.py compare OUTPUT      the scores of the audit with these, image by image
"""

import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import pydicom
import pydicom.data
from pydicom.pixels import apply_modality_lut, apply_voi_lut

warnings.filterwarnings("ignore")


def gray(dataset, with_window):
    """Shares of white, and which pixels are not padding."""
    stored = dataset.pixel_array
    values = apply_modality_lut(stored, dataset).astype(float)
    bits = dataset.BitsStored
    low, high = 0, 2**bits - 1
    if dataset.PixelRepresentation:
        low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    if "ModalityLUTSequence" in dataset:
        low, high = 0, 2 ** dataset.ModalityLUTSequence[0].LUTDescriptor[2] - 1
    else:
        slope, intercept = float(dataset.get("RescaleSlope", 1)), float(dataset.get("RescaleIntercept", 0))
        low, high = sorted((low * slope + intercept, high * slope + intercept))
    if with_window:
        values = apply_voi_lut(apply_modality_lut(stored, dataset), dataset).astype(float)
        if "VOILUTSequence" in dataset:
            low, high = 0, 2 ** dataset.VOILUTSequence[0].LUTDescriptor[2] - 1
    share = np.clip((values - low) / (high - low), 0, 1)
    if dataset.PhotometricInterpretation == "MONOCHROME1" or dataset.get("PresentationLUTShape") == "INVERSE":
        share = 1 - share
    mask = np.ones(stored.shape, bool)
    if "PixelPaddingValue" in dataset:
        ends = dataset.PixelPaddingValue, dataset.get("PixelPaddingRangeLimit", dataset.PixelPaddingValue)
        mask = ~((stored >= min(ends)) & (stored <= max(ends)))
    return share, mask


def drawn_by_dcmtk(path, dataset, with_window):
    """Shares of white as dcmtk draws them, and the bits of its picture; None where it has no decoder.

    Without a window it draws in the bits that are stored, so that nothing is scaled.
    """
    voi = ["-W"] if not with_window else ["+Wl", "1"] if "VOILUTSequence" in dataset else ["+Wi", "1"]
    bits = 16 if with_window else dataset.BitsStored
    syntax = dataset.file_meta.TransferSyntaxUID
    with tempfile.TemporaryDirectory() as folder:
        source = str(path)
        if syntax in (pydicom.uid.JPEGLSLossless, pydicom.uid.JPEGLSNearLossless):
            source = folder + "/plain.dcm"
            subprocess.run(["dcmdjpls", str(path), source], check=True, capture_output=True)
        elif syntax in pydicom.uid.JPEG2000TransferSyntaxes:
            return None
        # +opn writes ASCII PGM of that many bits; -O leaves overlays out.
        subprocess.run(
            ["dcmj2pnm", "+M", *voi, "-O", "+opn", str(bits), source, folder + "/drawn.pgm"],
            check=True, capture_output=True)
        lines = pathlib.Path(folder, "drawn.pgm").read_text().splitlines()
    words = " ".join(line for line in lines if not line.startswith("#")).split()
    width, height, largest = map(int, words[1:4])
    if words[0] != "P2" or largest != 2**bits - 1:
        raise SystemExit(f"{path}: dcmtk drew {words[:4]}")
    values = np.array(words[4:], dtype=float).reshape(height, width)
    return values / largest, bits


def dicom(output):
    """One entry per file that pydicom decodes as one frame of gray."""
    entries = []
    for path in sorted(pathlib.Path(pydicom.data.__file__).parent.rglob("*.dcm")):
        try:
            dataset = pydicom.dcmread(path)
            array = dataset.pixel_array
        except Exception:  # pydicom cannot, so there is nothing to compare with
            continue
        if array.ndim != 2 or not str(dataset.PhotometricInterpretation).startswith("MONOCHROME"):
            continue
        if dataset.BitsAllocated not in (8, 16):
            continue
        for with_window in (False, True):
            if with_window and not ("WindowCenter" in dataset or "VOILUTSequence" in dataset):
                continue
            share, mask = gray(dataset, with_window)
            name = f"{len(entries)}.bin"
            np.where(mask, share, -1).astype("<f4").tofile(output / name)
            drawn = drawn_by_dcmtk(path, dataset, with_window)
            if drawn:
                drawn[0].astype("<f4").tofile(output / f"{len(entries)}.dcmtk")
            entries.append({
                "file": str(path), "expected": name, "window": with_window,
                "drawn": f"{len(entries)}.dcmtk" if drawn else None, "drawnBits": drawn[1] if drawn else None,
                "width": int(dataset.Columns), "height": int(dataset.Rows),
                # Lossy decoders may differ by one stored level.
                "levels": 2**dataset.BitsStored - 1 if dataset.file_meta.TransferSyntaxUID.endswith(".51") else 0,
            })
    (output / "dicom.json").write_text(json.dumps(entries))
    count = sum(1 for entry in entries if entry["drawn"])
    print(f"{len(entries)} pictures by pydicom {pydicom.__version__}, {count} by dcmtk, which knows no JPEG 2000")


MODELS = [
    {"name": "nih15", "file": "nih15_mobilenetv3s_fp32clip.onnx", "rgb": False, "mean": [0.485], "std": [0.229],
     "outputs": {"Infiltration": 1, "Effusion": 3, "Cardiomegaly": 9}},
    {"name": "pneumonia3", "file": "pneumonia3_squeezenet11_fp32.onnx", "rgb": True,
     "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225], "outputs": {"Pneumonia": 0}},
]
COUNT = 240
TOLERANCE = 1e-5


def write_dicom(path, pixels, bits, row):
    """Every second file is inverted, every third compressed, and windows are narrower than the values."""
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, JPEG2000Lossless, RLELossless

    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.1.1"
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.{row['number']}"
    dataset.PatientName, dataset.PatientID = f"Somebody^{row['number']}", row["patient_id"]
    dataset.PatientSex = row["sex"]
    if row["age"]:
        dataset.PatientAge = f"{int(float(row['age'])):03d}Y"
    dataset.Rows, dataset.Columns = pixels.shape
    inverted = row["number"] % 2 == 1
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME1" if inverted else "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, bits, bits - 1
    dataset.PixelRepresentation = 0
    stored = 2**bits - 1 - pixels if inverted else pixels
    dataset.PixelData = stored.astype("<u2").tobytes()
    dataset["PixelData"].VR = "OW"
    dataset.WindowCenter, dataset.WindowWidth = 2 ** (bits - 1) + 50, 2**bits - 400
    codec = [None, JPEG2000Lossless, RLELossless][row["number"] % 3]
    if codec:
        dataset.compress(codec, generate_instance_uid=False)
    dataset.save_as(path, enforce_file_format=True)


def rows_of(data):
    """The first radiographs whose patient's sex and age are known, with a number each."""
    with open(data / "cxr/metadata.csv", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["sex"] and row["age"]]
    # Evenly from the whole list, so that every finding is among them.
    chosen = rows[:: max(1, len(rows) // COUNT)][:COUNT]
    return [{**row, "number": number} for number, row in enumerate(chosen)]


def tensor_of(model, share):
    planes = [share] * (3 if model["rgb"] else 1)
    scaled = [(plane - mean) / std for plane, mean, std in zip(planes, model["mean"], model["std"])]
    return np.stack(scaled)[None].astype(np.float32)


def write_audit(output, data, rows):
    """The table, by JPEG and DICOM in turn, and the spec."""
    with open(output / "table.csv", "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["image", "patient", "sex", "age", "findings"])
        for row in rows:
            for kind in ("jpg", "dcm"):
                writer.writerow([f"{row['number']}.{kind}", row["patient_id"], row["sex"], row["age"], row["findings"]])
    spec = {
        "schema": "audit-spec/1", "name": "images",
        "classifiers": [{
            "name": model["name"], "onnx": str(data / "models" / model["file"]),
            "input": {"size": [224, 224], "channels": "rgb" if model["rgb"] else "gray", "mean": model["mean"],
                      "std": model["std"], "resize": "pillow.bilinear"},
            "outputs": model["outputs"], "activation": "softmax"} for model in MODELS],
        "real": {"table": "table.csv", "images": ".",
                 "columns": {"patient": "patient", "sex": "sex", "age": "age",
                             "labels": {"from": "findings", "separator": "|", "noFinding": ["No Finding"]}}},
        "analysis": {"groups": {"sex": ["F", "M"], "age": {"edges": [0, 40, 60]}}, "replicates": 200},
    }
    (output / "audit.json").write_text(json.dumps(spec, indent=1))


def scores(output, data):
    """JPEG and 12-bit DICOM of radiographs, and the probabilities of two models."""
    import onnxruntime
    from PIL import Image

    output.mkdir(parents=True, exist_ok=True)
    rows = rows_of(data)
    shares = {}
    for row in rows:
        original = Image.open(data / "cxr/images" / row["image"]).convert("L")
        jpeg, dcm = output / f"{row['number']}.jpg", output / f"{row['number']}.dcm"
        original.save(jpeg, quality=90)
        levels = np.asarray(original, np.uint16)
        write_dicom(dcm, levels * 16 + levels // 16, 12, row)
        small = Image.open(jpeg).convert("L").resize((224, 224), Image.BILINEAR)
        shares[jpeg.name] = np.asarray(small, np.float32) / 255
        full, _ = gray(pydicom.dcmread(dcm), True)
        small = Image.fromarray(full.astype(np.float32), "F").resize((224, 224), Image.BILINEAR)
        shares[dcm.name] = np.asarray(small, np.float32)
    write_audit(output, data, rows)
    expected = {}
    for model in MODELS:
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            str(data / "models" / model["file"]), options, providers=["CPUExecutionProvider"])
        name = session.get_inputs()[0].name
        for image, share in shares.items():
            logits = session.run(None, {name: tensor_of(model, share)})[0][0].astype(float)
            powers = np.exp(logits - logits.max())
            probabilities = powers / powers.sum()
            expected.setdefault(model["name"], {})[image] = {
                finding: probabilities[place] for finding, place in model["outputs"].items()}
    (output / "scores.json").write_text(json.dumps(expected))
    print(f"{len(shares)} images, {len(MODELS)} models by ONNX Runtime {onnxruntime.__version__}")


def compare(output):
    """Ends with 1 where a score of the audit differs, or is missing."""
    expected = json.loads((output / "scores.json").read_text())
    wrong = []
    with open(output / "reports/images/tables/scores-real.csv", newline="") as file:
        found = {row["image"]: row for row in csv.DictReader(file)}
    for model, images in expected.items():
        worst = {"jpg": 0.0, "dcm": 0.0}
        for image, findings in images.items():
            for finding, probability in findings.items():
                text = found.get(image, {}).get(f"score {model} {finding}", "")
                difference = abs(float(text) - probability) if text else float("inf")
                worst[image[-3:]] = max(worst[image[-3:]], difference)
                if difference > TOLERANCE:
                    wrong.append(f"{model}, {image}, {finding}: {text} instead of {probability}")
        print(f"{model}: {len(images)} images, largest difference {worst['jpg']:.1e} from JPEG, "
              f"{worst['dcm']:.1e} from DICOM")
    print("\n".join(wrong[:20]))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    folders = [pathlib.Path(word).resolve() for word in sys.argv[2:]]
    # The folder of all hand-outs, as other commands take it, or that of the data in it.
    folders = [folder / "data" if (folder / "data/cxr").is_dir() else folder for folder in folders]
    match sys.argv[1:2]:
        case ["pictures"]:
            folders[0].mkdir(parents=True, exist_ok=True)
            dicom(folders[0])
        case ["scores"]:
            scores(*folders)
        case ["compare"]:
            compare(*folders)
        case _:
            sys.exit(__doc__)
