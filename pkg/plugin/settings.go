package plugin

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// defaultAddress is where `npm start` and `license-analytics serve` listen. Provisioning files know no defaults, so an
// empty address stands for it.
const defaultAddress = "http://127.0.0.1:8686"

// settings are those of one data source, as its configuration page saves them.
type settings struct {
	// address of the License Analytics server, without a slash at its end.
	address string
	// token is empty for a server on this machine that has none.
	token string
	// accounts that the data source limits itself to; none: all that the token may see.
	accounts []string
}

// readSettings reads what Grafana has stored. The error is a sentence for whoever set the data source up.
func readSettings(stored backend.DataSourceInstanceSettings) (settings, error) {
	var options struct {
		Accounts []string `json:"accounts"`
	}
	if len(stored.JSONData) > 0 {
		if err := json.Unmarshal(stored.JSONData, &options); err != nil {
			return settings{}, fmt.Errorf("the options of the data source cannot be read (%w): open its settings and save them again", err)
		}
	}
	address := strings.TrimRight(strings.TrimSpace(stored.URL), "/")
	if address == "" {
		address = defaultAddress
	}
	parsed, err := url.Parse(address)
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Host == "" {
		return settings{}, fmt.Errorf("the address %q is not one of a server: expected something like %s; correct it in the settings of the data source", address, defaultAddress)
	}
	return settings{
		address:  address,
		token:    strings.TrimSpace(stored.DecryptedSecureJSONData["token"]),
		accounts: options.Accounts,
	}, nil
}
