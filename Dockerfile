# syntax=docker/dockerfile:1
# The License Analytics server. `docker compose build` makes it; the Grafana plugin comes from the target "plugin".
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM dependencies AS server-build
COPY plugin.json ./
COPY scripts scripts
COPY src src
COPY dashboards/source dashboards/source
COPY provisioning/source provisioning/source
COPY README.md ./
# As the npm package: what the bundle has in it, and what builds it, need not be installed beside it.
RUN node scripts/run.mjs prepack && npm prune --omit=dev --no-audit --no-fund

FROM golang:1.26-bookworm AS plugin-backend
WORKDIR /app
COPY go.mod go.sum Magefile.go plugin.json ./
COPY pkg pkg
# The SDK's build reads the plugin's name and version where the scaffold has them.
COPY package.json ./
RUN mkdir src && cp plugin.json src/ && go tool mage build:linux build:linuxARM64

FROM node:24-bookworm-slim AS plugin-frontend
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN node --import tsx node_modules/webpack-cli/bin/cli.js -c webpack.config.ts --env production

# Copies the plugin into a volume that Grafana reads, and ends.
FROM busybox:1.37 AS plugin
COPY --from=plugin-frontend /app/dist /plugin
COPY --from=plugin-backend /app/dist /plugin
USER 472
CMD ["sh", "-c", "rm -rf /out/* && cp -r /plugin/. /out/"]

FROM node:24-bookworm-slim AS server
WORKDIR /app
ENV NODE_ENV=production
COPY --from=server-build /app/node_modules node_modules
COPY --from=server-build /app/build build
COPY --from=server-build /app/package.json ./
RUN mkdir /data && chown node:node /data
USER node
EXPOSE 8686
ENTRYPOINT ["node", "build/cli.js"]
CMD ["serve", "--host", "0.0.0.0", "--data", "/data/store"]
