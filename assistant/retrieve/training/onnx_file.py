"""A trained model as one ONNX file: mean pooling and scaling in the graph, weights in int8."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assistant.retrieve.embedding import KNOWN, TransformerEmbedder


def write_onnx(model: Any, folder: Path, samples: Sequence[str]) -> float:
    """Write `model.onnx` beside the `tokenizer.json` in `folder`; the lowest cosine of int8 to float vectors of `samples`."""
    import shutil

    from onnxruntime.quantization import QuantType, quantize_dynamic  # type: ignore[import-untyped]

    with TemporaryDirectory() as place:
        exact = Path(place) / "exact"
        exact.mkdir()
        _export(model, exact / "model.onnx")
        quantize_dynamic(exact / "model.onnx", folder / "model.onnx", weight_type=QuantType.QInt8, per_channel=True)
        shutil.copy(folder / "tokenizer.json", exact)
        for outdated in ("card.json", KNOWN):
            (folder / outdated).unlink(missing_ok=True)
        rounded, full = (TransformerEmbedder(f).encode(samples) for f in (folder, exact))
    return round(float((rounded * full).sum(axis=1).min()), 4)


def _export(model: Any, path: Path) -> None:
    import torch

    class Pooled(torch.nn.Module):
        """Ids and mask → unit vectors."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            """Shapes (texts, tokens) twice → (texts, dimension)."""
            hidden = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
            return torch.nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)

    model.eval()
    example = torch.ones((2, 8), dtype=torch.int64)
    sides = {0: "texts", 1: "tokens"}
    torch.onnx.export(
        Pooled(),
        (example, example),
        str(path),
        input_names=["input_ids", "attention_mask"],
        output_names=["vectors"],
        dynamic_axes={"input_ids": sides, "attention_mask": sides, "vectors": {0: "texts"}},
        opset_version=17,
        dynamo=False,
    )
