# The tool, set up on a machine that has nothing.
#
#   docker build -t neural-collapse-lab .                     # for the CPU
#   docker build --target tests .                             # runs the tests, too
#   docker run --rm -v "$PWD/runs:/lab/runs" -v "$PWD/reports:/lab/reports" neural-collapse-lab demo
#
# For a GPU, name a PyTorch that is built with CUDA; the driver is the host's:
#
#   docker build --build-arg TORCH=torch==2.13.0 -t neural-collapse-lab:cuda .
#   docker run --rm --gpus all -v "$PWD/data:/lab/data" -v "$PWD/runs:/lab/runs" -v "$PWD/reports:/lab/reports" \
#     neural-collapse-lab:cuda train CIFAR10 --device cuda --measure

FROM node:20-bookworm-slim AS lab
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates cmake g++ git make python3 python3-pip \
  && rm -rf /var/lib/apt/lists/* \
  && npm install -g deno@2
WORKDIR /lab
# Without one, set-up installs the CPU build into the project.
ARG TORCH=""
RUN if [ -n "$TORCH" ]; then python3 -m pip install --no-cache-dir --break-system-packages "$TORCH"; fi
COPY . .
RUN deno task setup
ENTRYPOINT ["deno", "task"]
CMD ["demo"]

FROM lab AS tests
# Pages are tested in a browser.
RUN apt-get update && apt-get install -y --no-install-recommends chromium
RUN deno task test

FROM lab
