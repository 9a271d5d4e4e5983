// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace millrace::test {

/// A request as it came.
struct Asked
{
    std::string method, path;
    std::map<std::string, std::string> headers; ///< names in lower case
    std::string body;

    std::string header(const std::string &name) const
    {
        const auto found = headers.find(name);
        return found == headers.end() ? std::string() : found->second;
    }
};

/// An HTTP server on the loopback, on a port of its own, with a thread for each connection.
class HttpServer
{
public:
    /// What is sent back, from answer(); nothing: the connection is closed. Called on the connections' threads.
    using Answers = std::function<std::string(const Asked &asked)>;

    explicit HttpServer(Answers answers);
    ~HttpServer();
    HttpServer(const HttpServer &) = delete;
    HttpServer &operator=(const HttpServer &) = delete;

    std::string url(const std::string &path = "/") const;
    std::vector<Asked> asked() const;
    /// Until so many requests have come, or the server is closed.
    void awaitAsked(size_t count) const;
    void close();
    /// For an answer that never comes: until close().
    void awaitClose() const;

private:
    void accept();
    void serve(int connection);
    bool readInto(std::string &text, int connection) const;

    const Answers m_answers;
    int m_listener = -1, m_port = 0;
    mutable std::mutex m_mutex; ///< guards what follows
    mutable std::condition_variable m_changed;
    std::vector<Asked> m_asked;
    std::list<int> m_connections;
    std::vector<std::thread> m_threads;
    bool m_isClosed = false;
    std::thread m_acceptor;
};

std::string answer(int status,
                   const std::string &body,
                   const std::string &type = "text/plain",
                   const std::string &headers = {});

} // namespace millrace::test
