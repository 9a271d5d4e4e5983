// SPDX-License-Identifier: MIT
#pragma once

#include "data/Result.h"
#include "steps/network/HostLimits.h"
#include "steps/network/RateBuckets.h"
#include "steps/Secret.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace {

/// A request as it is sent.
struct HttpCall
{
    std::string method = "GET", url;
    bool hasBody = false;
    std::string made{};        ///< the body, where it was made for this request
    std::string_view lent{};   ///< else: it stays where it is until the answer was taken
    std::string contentType{}; ///< of the body, where the headers don't say another

    std::string_view body() const { return made.empty() ? lent : std::string_view(made); }
};

/// What came of it.
struct HttpAnswer
{
    int64_t status = 0; ///< 0: no server answered
    std::string body, contentType;
    std::string kind, problem; ///< a sentence; empty: an answer of 2xx has come
};

struct HttpSettings
{
    int64_t inFlight = 4;  ///< requests at a time
    int64_t tries = 4;     ///< of each request, 1 at least
    int64_t redirects = 5; ///< that are followed
    double timeout = 30;   ///< seconds for each try
    uint64_t maxBody = 0;  ///< bytes of an answer, when it is unpacked
    std::vector<std::pair<std::string, std::string>> headers{};
    std::optional<Credential> login{};
    std::string secret{}; ///< of the login; it goes to where the request was made for, and into no message
    std::shared_ptr<HostLimits> hosts{}; ///< shared by the workers
    std::shared_ptr<RateBuckets> rate{}; ///< likewise; null: as fast as it goes
    uint64_t seed = 0;                   ///< for the jitter of the waits
    int cancelFd = -1, stopFd = -1;      ///< as of StepContext
};

/// Sends requests over HTTP, several at a time, from the one thread that calls it (libcurl's multi interface). Connections are kept.
/// What is tried again: connections that break or time out, and answers 408, 425, 429 and 5xx.
class HttpClient
{
public:
    /// Gives request `index`, or says why there is none for it.
    using Make = std::function<Result<HttpCall>(size_t index)>;
    /// Gets each answer as it comes, in any order. False: no further request needs to be begun.
    using Take = std::function<bool(size_t index, HttpAnswer answer)>;

    explicit HttpClient(HttpSettings settings);
    ~HttpClient();
    HttpClient(const HttpClient &) = delete;
    HttpClient &operator=(const HttpClient &) = delete;

    /// All of that many requests. Fails, with what is under way given up, where the run is broken off.
    Result<> send(size_t count, const Make &make, const Take &take);

private:
    struct Flight;
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace millrace
