"""The peers of audit-bench: PyTorch through diffusers and transformers, with random weights.

Reads one request per line and answers each with one line: 'load WORK ARGUMENTS…' with 'ready', 'run'
with the seconds of one run, 'versions' with the versions. Faults are answered with 'error: …'.
"""
import os
import sys
import time

import torch

torch.set_grad_enabled(False)
torch.manual_seed(1)
TYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}


def attention(rows, heads, tokens, width):
    """softmax(q k^T) v for `rows` samples."""
    q, k, v = (torch.randn(int(rows), int(heads), int(tokens), int(width)) for _ in range(3))
    return lambda: torch.nn.functional.scaled_dot_product_attention(q, k, v)


def dit(resolution, precision, depth):
    """One denoising step of a guidance pair: 120 null and 40 prompt tokens."""
    from diffusers import PixArtTransformer2DModel

    side = int(resolution) // 8
    torch.set_default_dtype(TYPES[precision])
    model = PixArtTransformer2DModel(
        num_attention_heads=16, attention_head_dim=72, in_channels=4, out_channels=8,
        num_layers=int(depth), cross_attention_dim=1152, sample_size=side, patch_size=2,
        norm_type="ada_norm_single", caption_channels=4096, use_additional_conditions=False).eval()
    torch.set_default_dtype(torch.float32)
    x = torch.randn(2, 4, side, side, dtype=TYPES[precision])
    text = torch.randn(2, 40, 4096, dtype=TYPES[precision])
    mask = torch.ones(2, 40, dtype=TYPES[precision])
    t = torch.tensor([501, 501])
    return lambda: model(x, encoder_hidden_states=text, encoder_attention_mask=mask, timestep=t,
                         return_dict=False)


def t5(prompts, tokens, depth):
    """Prompts of equal length through blocks of T5-XXL, in bfloat16 as the reference runs it."""
    from transformers import T5Config, T5EncoderModel

    torch.set_default_dtype(torch.bfloat16)
    model = T5EncoderModel(T5Config(
        d_model=4096, d_kv=64, d_ff=10240, num_layers=int(depth), num_heads=64, vocab_size=32128,
        feed_forward_proj="gated-gelu", tie_word_embeddings=False)).eval()
    torch.set_default_dtype(torch.float32)
    ids = torch.randint(3, 32000, (int(prompts), int(tokens)))
    mask = torch.ones_like(ids)
    return lambda: model(input_ids=ids, attention_mask=mask)


def vae(resolution):
    """Latents to an image."""
    from diffusers import AutoencoderKL

    model = AutoencoderKL(
        block_out_channels=(128, 256, 512, 512), layers_per_block=2, latent_channels=4,
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4).eval()
    side = int(resolution) // 8
    z = torch.randn(1, 4, side, side)
    return lambda: model.decode(z, return_dict=False)


def cohort(package, scripts, images, steps):
    """Images of the built-in model, one after another, through the code that trained it."""
    sys.path.insert(0, scripts)
    import common

    generator = common.Generator(package)
    prompts = [f"sex:{'Female' if i % 2 else 'Male'}, age:{40 + i}.0. PA view. Pleural effusion."
               for i in range(int(images))]

    def run():
        for prompt in prompts:
            noise = common.noise_for([1])
            generator.decode(generator.latents([prompt], noise, "dpmpp2m", int(steps), 3.0))
    return run


def startup(python):
    """A new interpreter that imports what the reference pipeline imports."""
    import subprocess
    return lambda: subprocess.run(
        [python, "-c", "import torch, diffusers, transformers; diffusers.AutoencoderKL"], check=True)


def versions():
    import diffusers
    import transformers
    return (f"PyTorch {torch.__version__}, diffusers {diffusers.__version__}, "
            f"transformers {transformers.__version__}, {torch.get_num_threads()} threads")


def main():
    works = {f.__name__: f for f in (attention, dit, t5, vae, cohort, startup)}
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever a library prints must not look like an answer
    work = None
    for line in sys.stdin:
        words = line.rstrip("\n").split("\t")
        try:
            if words[0] == "load":
                work = None
                work = works[words[1]](*words[2:])
                answers.write("ready\n")
            elif words[0] == "run":
                start = time.perf_counter()
                work()
                answers.write(f"{time.perf_counter() - start}\n")
            else:
                answers.write(versions() + "\n")
        except Exception as fault:  # reported where the person looks
            answers.write(f"error: {type(fault).__name__}: {fault}\n".replace("\n", " ") + "\n")


if __name__ == "__main__":
    main()
