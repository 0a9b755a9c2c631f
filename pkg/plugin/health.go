package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// CheckHealth is "Save & test": what is connected, in the server's own words, or why nothing is.
func (d *Datasource) CheckHealth(ctx context.Context, request *backend.CheckHealthRequest) (*backend.CheckHealthResult, error) {
	if d.broken != nil {
		return unhealthy(d.broken.Error()), nil
	}
	none := func(string) string { return "" }
	body, err := d.server.call(ctx, http.MethodGet, "/api/v1/status", nil, nil, whoAsks(request.PluginContext, none))
	if err != nil {
		var why *problem
		if errors.As(err, &why) {
			if why.status == http.StatusNotFound {
				return unhealthy(fmt.Sprintf("The License Analytics server at %s is older than this plugin. Update it.", d.server.settings.address)), nil
			}
			return unhealthy(why.message), nil
		}
		return nil, err
	}
	defer func() { _ = body.Close() }()
	var details map[string]json.RawMessage
	if err := json.NewDecoder(body).Decode(&details); err != nil {
		return unhealthy(fmt.Sprintf("The answer of the License Analytics server at %s broke off (%s). Try again.", d.server.settings.address, err)), nil
	}
	var message string
	if err := json.Unmarshal(details["message"], &message); err != nil || message == "" {
		return unhealthy(fmt.Sprintf("What answers at %s is not a License Analytics server. Check the address.", d.server.settings.address)), nil
	}
	// Grafana shows the message of the details below the other one.
	delete(details, "message")
	rest, err := json.Marshal(details)
	if err != nil {
		return nil, err
	}
	return &backend.CheckHealthResult{Status: backend.HealthStatusOk, Message: message, JSONDetails: rest}, nil
}

func unhealthy(message string) *backend.CheckHealthResult {
	return &backend.CheckHealthResult{Status: backend.HealthStatusError, Message: message}
}
