package plugin

import (
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// passedOn are headers by which Grafana says where a request comes from; the server writes them into its log.
var passedOn = []string{"X-Dashboard-Uid", "X-Panel-Id", "X-Datasource-Uid", "X-Rule-Uid"}

// whoAsks are the headers that tell the server who asks. They are for its log only: access goes by the token.
func whoAsks(ctx backend.PluginContext, header func(name string) string) http.Header {
	who := http.Header{}
	for _, name := range passedOn {
		if value := header(name); value != "" {
			who.Set(name, value)
		}
	}
	// Alert rules and provisioning have no user.
	if ctx.User != nil && ctx.User.Login != "" {
		who.Set("X-Grafana-User", ctx.User.Login)
	}
	return who
}
