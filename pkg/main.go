// The backend of the Grafana plugin: it hands questions to the License Analytics server and frames back to Grafana.
package main

import (
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"

	"github.com/licenseanalytics/license-analytics/pkg/plugin"
)

const pluginID = "licenseanalytics-licenseserver-datasource"

func main() {
	if err := datasource.Manage(pluginID, plugin.NewDatasource, datasource.ManageOpts{}); err != nil {
		log.DefaultLogger.Error(err.Error())
		os.Exit(1)
	}
}
