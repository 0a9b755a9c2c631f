package plugin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/log"
	"github.com/grafana/grafana-plugin-sdk-go/data"
)

// question is a saved query: JSON that only the server understands, beside what Grafana adds to it.
type question map[string]json.RawMessage

// answer is what the server says to one question.
type answer struct {
	Status      int               `json:"status"`
	Frames      []json.RawMessage `json:"frames"`
	Error       string            `json:"error"`
	ErrorSource string            `json:"errorSource"`
}

// QueryData asks the server all questions of the request at once. Each gets its own answer: one that is wrong does not spoil
// the others. Only what concerns the whole request (server down, wrong token) fails them all, with the reason.
func (d *Datasource) QueryData(ctx context.Context, request *backend.QueryDataRequest) (*backend.QueryDataResponse, error) {
	response := backend.NewQueryDataResponse()
	if d.broken != nil {
		failAll(response, request.Queries, http.StatusBadRequest, d.broken.Error())
		return response, nil
	}
	var asked []question
	for _, query := range request.Queries {
		one, err := questionOf(query)
		if err != nil {
			response.Responses[query.RefID] = failure(backend.ErrorSourceDownstream, http.StatusBadRequest, err.Error())
			continue
		}
		asked = append(asked, one)
	}
	if len(asked) == 0 {
		return response, nil
	}
	body, err := d.server.call(ctx, http.MethodPost, "/api/v1/query", nil, map[string]any{"queries": asked}, whoAsks(request.PluginContext, request.GetHTTPHeader))
	if err != nil {
		var why *problem
		switch {
		case errors.As(err, &why):
			failAll(response, request.Queries, why.status, why.message)
			return response, nil
		case errors.Is(err, context.Canceled):
			return nil, err
		}
		return nil, err
	}
	defer func() { _ = body.Close() }()
	var answers struct {
		Results map[string]answer `json:"results"`
	}
	if err := json.NewDecoder(body).Decode(&answers); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		failAll(response, request.Queries, http.StatusBadGateway, fmt.Sprintf("The answer of the License Analytics server at %s broke off (%s). Try again, or ask for less.", d.server.settings.address, err))
		return response, nil
	}
	for _, query := range request.Queries {
		if _, done := response.Responses[query.RefID]; done {
			continue
		}
		one, known := answers.Results[query.RefID]
		if !known {
			response.Responses[query.RefID] = failure(backend.ErrorSourceDownstream, http.StatusBadGateway, "The License Analytics server did not answer this query. Update the server to the version of the plugin.")
			continue
		}
		response.Responses[query.RefID] = one.response(query.RefID)
	}
	return response, nil
}

// questionOf is the query as saved, with its range, and what Grafana would like to draw.
func questionOf(query backend.DataQuery) (question, error) {
	var one question
	if err := json.Unmarshal(query.JSON, &one); err != nil || one == nil {
		return nil, errors.New("the saved query is not a JSON object: open it in the editor and save it again")
	}
	set := func(name string, value any) error {
		text, err := json.Marshal(value)
		one[name] = text
		return err
	}
	err := errors.Join(
		set("refId", query.RefID),
		set("from", query.TimeRange.From.UnixMilli()),
		set("to", query.TimeRange.To.UnixMilli()),
	)
	delete(one, "maxDataPoints")
	delete(one, "intervalMs")
	if query.MaxDataPoints > 0 {
		err = errors.Join(err, set("maxDataPoints", query.MaxDataPoints))
	} else if query.Interval > 0 {
		err = errors.Join(err, set("intervalMs", query.Interval.Milliseconds()))
	}
	return one, err
}

// response turns the server's answer into Grafana's.
func (a answer) response(refID string) backend.DataResponse {
	if a.Status != http.StatusOK {
		source := backend.ErrorSourceDownstream
		if a.ErrorSource == string(backend.ErrorSourcePlugin) {
			source = backend.ErrorSourcePlugin
		}
		return failure(source, a.Status, a.Error)
	}
	frames := make(data.Frames, 0, len(a.Frames))
	for i, text := range a.Frames {
		frame := &data.Frame{}
		if err := json.Unmarshal(text, frame); err != nil {
			log.DefaultLogger.Error("frame cannot be read", "refId", refID, "frame", i, "error", err.Error())
			return failure(backend.ErrorSourcePlugin, http.StatusInternalServerError, fmt.Sprintf("The answer cannot be read as a frame (%s). Update plugin and server to the same version.", err))
		}
		frame.RefID = refID
		frames = append(frames, frame)
	}
	return backend.DataResponse{Frames: frames, Status: backend.StatusOK}
}

func failure(source backend.ErrorSource, status int, message string) backend.DataResponse {
	return backend.ErrDataResponseWithSource(backend.Status(status), source, message)
}

func failAll(response *backend.QueryDataResponse, queries []backend.DataQuery, status int, message string) {
	for _, query := range queries {
		if _, done := response.Responses[query.RefID]; !done {
			response.Responses[query.RefID] = failure(backend.ErrorSourceDownstream, status, message)
		}
	}
}
