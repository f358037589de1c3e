"""Writes one deterministic run through the packaged float16 weights, computed in float32.

    python reference.py --package DIR --out DIR

For comparing another implementation with this one: token ids, text output, initial noise, one DiT
evaluation, a DDIM-20 latent with guidance, and the decoded image.
"""
import argparse
import json
import os

import torch
from safetensors.torch import save_file

import common
import dit

PROMPTS = ["sex:Female, age:63.0. PA view. Pleural effusion.",
           "sex:Male, age:71.0, race:Black. AP view. Lung opacity.",
           "sex:Male, age:34.0. No acute cardiopulmonary abnormality."]
GUIDANCE, STEPS, TIMESTEP = 3.0, 20, 501


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--package", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    generator = common.Generator(args.package)
    cleaned = [p.lower() for p in PROMPTS]
    ids, mask = generator.tokenizer(cleaned)
    text, _ = generator.text(PROMPTS)
    noise = common.noise_for([1, 2, 3])
    t = torch.full((3,), TIMESTEP)
    with torch.no_grad():
        output = generator.dit(noise, t, text, mask)
        guided = generator.dit.guided(noise, t, text, mask, GUIDANCE)
    latent = generator.latents(PROMPTS, noise, "ddim", STEPS, GUIDANCE)
    with torch.no_grad():
        decoded = generator.vae.decode(latent[:1] / generator.scale)
    save_file({"ids": ids.int(), "mask": mask.int(), "t5.output": text.contiguous(), "noise": noise,
               "dit.output": output.contiguous(), "dit.guided": guided.contiguous(),
               "ddim.latent": latent.contiguous(), "decoded.0": decoded.contiguous()},
              os.path.join(args.out, "reference.safetensors"))
    description = {
        "prompts": PROMPTS, "cleaned": cleaned, "tokenCount": dit.CONFIG["tokens"],
        "guidance": GUIDANCE, "timestep": TIMESTEP, "sampler": "ddim, eta 0",
        "timesteps": dit.ddim_timesteps(STEPS)[::-1], "latentScale": generator.scale,
        "rules": ["all 56 text rows are stored; rows past the mask are computed but never attended to",
                  "dit.output: conditional only, at `timestep`, input `noise`",
                  "dit.guided: guidance on eps channels 0..2; channel 3 and variances conditional",
                  "null caption: y_embedding rows, with the prompt's mask",
                  "ddim.latent: from `noise`; the last step uses abar 1",
                  "decoded.0: decode(ddim.latent[0] / latentScale), not clamped"],
        "weights": "float16 values of the package, arithmetic in float32",
        "tolerance": "expect agreement to about 1e-4 for single evaluations, 1e-3 for ddim.latent"}
    with open(os.path.join(args.out, "reference.json"), "w") as handle:
        json.dump(description, handle, indent=1)
        handle.write("\n")


if __name__ == "__main__":
    main()
