// Package plugin answers Grafana's backend requests by asking a License Analytics server over HTTP. What a question means is
// the server's business: nothing here knows a measure.
package plugin

import (
	"context"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
	"github.com/grafana/grafana-plugin-sdk-go/backend/resource/httpadapter"
)

var (
	_ backend.QueryDataHandler      = (*Datasource)(nil)
	_ backend.CheckHealthHandler    = (*Datasource)(nil)
	_ backend.CallResourceHandler   = (*Datasource)(nil)
	_ instancemgmt.InstanceDisposer = (*Datasource)(nil)
)

// Datasource is one configured data source. The SDK makes a new one when its settings change, and disposes of the old one.
type Datasource struct {
	backend.CallResourceHandler
	server *server
	// broken is why the settings cannot be used; every request then answers with it.
	broken error
}

// NewDatasource makes the data source of these settings. Wrong settings are no error here: Grafana would show "plugin
// unavailable" in place of the reason.
func NewDatasource(ctx context.Context, stored backend.DataSourceInstanceSettings) (instancemgmt.Instance, error) {
	d := &Datasource{}
	d.CallResourceHandler = httpadapter.New(d.resources())
	// Grafana sends no bytes where no option was ever saved, and the SDK's own reader refuses that.
	if len(stored.JSONData) == 0 {
		stored.JSONData = []byte("{}")
	}
	own, err := readSettings(stored)
	if err != nil {
		d.broken = err
		return d, nil
	}
	options, err := stored.HTTPClientOptions(ctx)
	if err != nil {
		d.broken = err
		return d, nil
	}
	// Grafana's own headers (user, dashboard, rule) are set by us, see identify.go; forwarding cookies is not wanted.
	options.ForwardHTTPHeaders = false
	client, err := httpclient.New(options)
	if err != nil {
		d.broken = err
		return d, nil
	}
	d.server = &server{settings: own, client: client, timeout: options.Timeouts.Timeout}
	return d, nil
}

// Dispose is called some seconds after new settings have taken over.
func (d *Datasource) Dispose() {
	if d.server != nil {
		d.server.client.CloseIdleConnections()
	}
}
