package plugin

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"
)

// resources are what the editors in the browser may get: two paths of the server's API, for reading.
func (d *Datasource) resources() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /dimensions", func(w http.ResponseWriter, r *http.Request) {
		d.passOn(w, r, "/api/v1/dimensions")
	})
	mux.HandleFunc("GET /dimensions/{name}/values", func(w http.ResponseWriter, r *http.Request) {
		d.passOn(w, r, "/api/v1/dimensions/"+url.PathEscape(r.PathValue("name"))+"/values")
	})
	return mux
}

func (d *Datasource) passOn(w http.ResponseWriter, r *http.Request, path string) {
	if d.broken != nil {
		tell(w, http.StatusBadRequest, d.broken.Error())
		return
	}
	who := whoAsks(backend.PluginConfigFromContext(r.Context()), r.Header.Get)
	body, err := d.server.call(r.Context(), http.MethodGet, path, r.URL.Query(), nil, who)
	if err != nil {
		var why *problem
		if errors.As(err, &why) {
			tell(w, why.status, why.message)
			return
		}
		tell(w, http.StatusInternalServerError, err.Error())
		return
	}
	defer func() { _ = body.Close() }()
	w.Header().Set("Content-Type", "application/json")
	if _, err := io.Copy(w, body); err != nil {
		log.DefaultLogger.Warn("resource broke off", "path", path, "error", err.Error())
	}
}

func tell(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(map[string]string{"message": message}); err != nil {
		log.DefaultLogger.Warn("error could not be told", "error", err.Error())
	}
}
