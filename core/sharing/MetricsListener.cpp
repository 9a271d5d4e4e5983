// SPDX-License-Identifier: MIT
#include "sharing/MetricsListener.h"

#include "metrics/Clock.h"
#include "sharing/OpenMetrics.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

namespace millrace {

namespace {

constexpr std::string_view HeadEnd = "\r\n\r\n";

std::string httpAnswer(std::string_view status, std::string_view type, std::string_view body, bool hasBody)
{
    std::string answer = "HTTP/1.1 " + std::string(status) + "\r\nContent-Type: " + std::string(type)
                         + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n";
    return hasBody ? answer.append(body) : answer;
}

std::string httpRefusal(std::string_view status, std::string_view sentence)
{
    return httpAnswer(status, "text/plain; charset=utf-8", sentence, true);
}

} // namespace

Result<std::unique_ptr<MetricsListener>> MetricsListener::listen(ListenAddress address, double patience)
{
    auto listener = listenAt(address);
    if (!listener)
        return listener.forward();
    std::unique_ptr<MetricsListener> made(new MetricsListener(std::move(address), *std::move(listener), patience));
    try {
        made->m_thread = std::thread([listening = made.get()] { listening->work(); });
    } catch (const std::system_error &) {
        return failure(ErrorKind::Threads, "The system gives no thread for those who ask for the run's gauges.");
    }
    return made;
}

MetricsListener::MetricsListener(ListenAddress address, Descriptor listener, double patience)
    : m_address(std::move(address)), m_listener(std::move(listener)), m_patience(uint64_t(patience * 1e9))
{}

MetricsListener::~MetricsListener()
{
    m_end.set();
    if (m_thread.joinable())
        m_thread.join();
    if (!m_address.path.empty())
        ::unlink(m_address.path.c_str());
}

void MetricsListener::show(std::function<std::string()> text)
{
    const std::lock_guard lock(m_mutex);
    m_text = std::move(text);
}

void MetricsListener::work()
{
    std::vector<pollfd> waited;
    for (;;) {
        waited.assign({{m_end.number(), POLLIN, 0},
                       {m_connections.size() < MostConnections ? m_listener.number() : -1, POLLIN, 0}});
        uint64_t until = UINT64_MAX;
        for (const Connection &connection : m_connections) {
            waited.push_back({connection.socket.number(), short(connection.isAnswering() ? POLLOUT : POLLIN), 0});
            until = std::min(until, connection.until);
        }
        const uint64_t before = steadyNanoseconds();
        const int milliseconds = until == UINT64_MAX ? -1 : until > before ? int((until - before) / 1'000'000) + 1 : 0;
        ::poll(waited.data(), waited.size(), milliseconds);
        if (waited[0].revents != 0)
            return;
        const uint64_t now = steadyNanoseconds();
        size_t place = 2;
        std::erase_if(m_connections, [&](Connection &connection) {
            const bool isReady = waited[place++].revents != 0;
            return now >= connection.until || (isReady && !goOn(connection));
        });
        if (waited[1].revents != 0)
            accept();
    }
}

void MetricsListener::accept()
{
    Descriptor socket(::accept4(m_listener.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket.isOpen())
        m_connections.push_back({std::move(socket), steadyNanoseconds() + m_patience, {}});
    else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
        ::poll(nullptr, 0, 100); // the one that waits would be told of again at once
}

/// False: it is done with.
bool MetricsListener::goOn(Connection &connection)
{
    const int socket = connection.socket.number();
    if (!connection.isAnswering()) {
        std::array<char, 2'048> bytes{};
        const ssize_t count = ::recv(socket, bytes.data(), bytes.size(), 0);
        if (count <= 0)
            return count < 0 && (errno == EAGAIN || errno == EINTR);
        connection.request.append(bytes.data(), size_t(count));
        if (connection.request.find(HeadEnd) != std::string::npos)
            connection.answer = answerTo(connection.request);
        else if (connection.request.size() > LargestRequest)
            connection.answer = httpRefusal("431 Request Header Fields Too Large", "The request is too long.\n");
        return true;
    }
    const ssize_t count = ::send(socket, connection.answer.data() + connection.sent,
                                 connection.answer.size() - connection.sent, MSG_NOSIGNAL);
    if (count < 0)
        return errno == EAGAIN || errno == EINTR;
    connection.sent += size_t(count);
    if (connection.sent < connection.answer.size())
        return true;
    ::shutdown(socket, SHUT_WR);
    return false;
}

std::string MetricsListener::answerTo(const std::string &request) const
{
    const size_t first = request.find(' '), second = request.find(' ', first + 1);
    const std::string method = request.substr(0, first);
    if (second == std::string::npos || second > request.find('\r'))
        return httpRefusal("400 Bad Request", "That is no request of HTTP.\n");
    std::string path = request.substr(first + 1, second - first - 1);
    path.resize(std::min(path.size(), path.find('?')));
    if (method != "GET" && method != "HEAD")
        return httpRefusal("405 Method Not Allowed", "The gauges are only to be read: GET /metrics.\n");
    if (path != "/metrics")
        return httpRefusal("404 Not Found", "The gauges of the run are at /metrics.\n");
    std::function<std::string()> text;
    {
        const std::lock_guard lock(m_mutex);
        text = m_text;
    }
    return httpAnswer("200 OK", OpenMetricsType, text(), method == "GET");
}

} // namespace millrace
