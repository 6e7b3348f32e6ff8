"""The check that training prints: leave-one-out k-NN accuracy of the class token on images it has not seen."""

import torch
import torch.nn.functional as F

from data import normalised


@torch.no_grad()
def accuracy(vit, images, names, k=20, temperature=0.07):
    """Softmax-weighted vote of the `k` nearest others by cosine (DINO's protocol); a share of 1."""
    device = next(vit.parameters()).device
    known = sorted(set(names))
    labels = torch.tensor([known.index(name) for name in names], device=device)
    size = vit.patch_embed.proj.stride[0] * round((vit.pos_embed.shape[1] - 1) ** 0.5)
    vit.eval()
    embeddings = []
    for batch in images.split(256):
        x = batch.to(device).float() / 255
        if x.shape[-1] != size:
            x = F.interpolate(x, (size, size), mode="bilinear", antialias=True)
        embeddings.append(F.normalize(vit(normalised(x))[:, 0].float(), dim=-1))
    embeddings = torch.cat(embeddings)
    right = 0
    for start in range(0, len(embeddings), 2048):
        cosines = embeddings[start : start + 2048] @ embeddings.T
        rows = torch.arange(len(cosines), device=device)
        cosines[rows, start + rows] = -2
        weights, nearest = cosines.topk(min(k, len(embeddings) - 1))
        votes = torch.zeros(len(cosines), len(known), device=device)
        votes.scatter_add_(1, labels[nearest], (weights / temperature).exp())
        right += int((votes.argmax(1) == labels[start : start + 2048]).sum())
    return right / len(embeddings)
