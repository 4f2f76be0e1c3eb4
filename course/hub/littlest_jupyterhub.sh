#!/bin/sh
# Set up The Littlest JupyterHub, which is installed already, for a class. As root, on its machine,
# from the root of this repository:
#
#     sh course/hub/littlest_jupyterhub.sh
set -eu
user=/opt/tljh/user
"$user/bin/pip" install -r requirements.txt 'nbgitpuller>=1.2'
"$user/bin/pip" install --no-deps . ./livefig
"$user/bin/pip" uninstall --yes rfc3987-syntax # slow to load, and not needed: see the Containerfile
mkdir -p "$user/share/jupyter/lab/settings" "$user/etc/jupyter"
cp course/hub/overrides.json "$user/share/jupyter/lab/settings/"
cp course/hub/jupyter_server_config.py "$user/etc/jupyter/"
tljh-config set limits.memory 1G
tljh-config set limits.cpu 2
tljh-config set services.cull.timeout 3600
tljh-config reload
