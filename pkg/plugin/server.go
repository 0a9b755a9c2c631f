package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// server is the License Analytics server that a data source asks.
type server struct {
	settings settings
	client   *http.Client
	timeout  time.Duration
}

// problem is why the server gave no answer: a sentence for people, and the HTTP status that goes with it. All of them are
// the surroundings' fault (network, address, token), none is the plugin's.
type problem struct {
	status  int
	message string
}

func (p *problem) Error() string { return p.message }

// most is how much of an error's body is looked at.
const most = 64 << 10

// call sends a request and gives the body of the answer, to be closed by the caller. The error is a *problem, or the
// context's own when Grafana has cancelled.
func (s *server) call(ctx context.Context, method, path string, query url.Values, body any, who http.Header) (io.ReadCloser, error) {
	var payload io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("the request cannot be written as JSON: %w", err)
		}
		payload = bytes.NewReader(text)
	}
	target := s.settings.address + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, method, target, payload)
	if err != nil {
		return nil, fmt.Errorf("the request to %s cannot be made: %w", s.settings.address, err)
	}
	for name, values := range who {
		request.Header[name] = values
	}
	if payload != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	request.Header.Set("Accept", "application/json")
	if s.settings.token != "" {
		request.Header.Set("Authorization", "Bearer "+s.settings.token)
	}
	if len(s.settings.accounts) > 0 {
		list, err := json.Marshal(s.settings.accounts)
		if err != nil {
			return nil, fmt.Errorf("the accounts of the data source cannot be written as JSON: %w", err)
		}
		request.Header.Set("X-License-Analytics-Accounts", url.PathEscape(string(list)))
	}
	response, err := s.client.Do(request)
	if err != nil {
		return nil, s.unreached(ctx, err)
	}
	if !strings.HasPrefix(response.Header.Get("Content-Type"), "application/json") || response.StatusCode >= http.StatusBadRequest {
		defer func() { _ = response.Body.Close() }()
		return nil, s.refused(response)
	}
	return response.Body, nil
}

// unreached puts a failure of the network in words.
func (s *server) unreached(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, context.Canceled) {
		return cause
	}
	if isTimeout(err) {
		return &problem{http.StatusGatewayTimeout, fmt.Sprintf(
			"The License Analytics server at %s did not answer in time. Ask for a shorter range or fewer groups, or raise the timeout in the settings of the data source.",
			s.settings.address)}
	}
	var wrapped *url.Error
	reason := err
	if errors.As(err, &wrapped) {
		reason = wrapped.Err
	}
	return &problem{http.StatusBadGateway, fmt.Sprintf(
		"The License Analytics server at %s cannot be reached (%s). Check that it runs, and the address in the settings of the data source.",
		s.settings.address, reason)}
}

// isTimeout looks at every error of the chain: the SDK's middleware wraps what the network said, and the outermost error then
// does not know any more that it was a timeout.
func isTimeout(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	for ; err != nil; err = errors.Unwrap(err) {
		if timeout, is := err.(interface{ Timeout() bool }); is && timeout.Timeout() {
			return true
		}
	}
	return false
}

// refused puts an answer that is none in words: the server's own sentence where it has one.
func (s *server) refused(response *http.Response) error {
	text, err := io.ReadAll(io.LimitReader(response.Body, most))
	if err != nil {
		return &problem{http.StatusBadGateway, fmt.Sprintf("The answer of the License Analytics server at %s broke off (%s). Try again.", s.settings.address, err)}
	}
	var told struct {
		Error string `json:"error"`
		Todo  string `json:"todo"`
	}
	if json.Unmarshal(text, &told) == nil && told.Error != "" {
		return &problem{response.StatusCode, strings.TrimSpace(told.Error + " " + told.Todo)}
	}
	return &problem{http.StatusBadGateway, fmt.Sprintf(
		"What answers at %s is not a License Analytics server (HTTP %d, %q). Check the address in the settings of the data source.",
		s.settings.address, response.StatusCode, response.Header.Get("Content-Type"))}
}
