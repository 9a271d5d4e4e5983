// SPDX-License-Identifier: MIT
#include "steps/network/HttpClient.h"

#include "data/text/Quote.h"
#include "data/text/VisibleText.h"
#include "steps/network/HttpAddress.h"

#include <curl/curl.h>
#include <poll.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <list>
#include <mutex>
#include <new>
#include <random>
#include <string_view>

namespace millrace {

namespace {

using Moment = HostLimits::Moment;
using namespace std::chrono_literals;

constexpr size_t MostShown = 200;                   // characters of an answer in a message
constexpr size_t MostLooked = 4 << 10;              // bytes of it that are looked through for secrets
constexpr double FirstWait = 0.5, LongestWait = 60; // seconds before a request is tried again
constexpr curl_off_t MostRetryAfter = 3600;         // seconds that a server may ask for
constexpr std::string_view Stopped = "; the run was stopped before it could be tried again";

bool isReadable(int descriptor)
{
    pollfd waited{descriptor, POLLIN, 0};
    return descriptor >= 0 && ::poll(&waited, 1, 0) > 0;
}

bool isTriedAgain(int64_t status)
{
    return status == 408 || status == 425 || status == 429 || status >= 500;
}

bool isTriedAgain(CURLcode code)
{
    constexpr CURLcode Lost[] = {CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY,
                                 CURLE_COULDNT_CONNECT,      CURLE_OPERATION_TIMEDOUT,
                                 CURLE_SSL_CONNECT_ERROR,    CURLE_SEND_ERROR,
                                 CURLE_RECV_ERROR,           CURLE_GOT_NOTHING,
                                 CURLE_PARTIAL_FILE,         CURLE_HTTP2,
                                 CURLE_HTTP2_STREAM};
    return std::ranges::find(Lost, code) != std::end(Lost);
}

bool isRedirect(int64_t status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// Says something about what is asked for, and of what kind: the only headers that another host than the one asked gets.
bool isHarmless(std::string_view header)
{
    std::string lower;
    for (const char c : header)
        lower += char(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return lower == "accept" || lower == "accept-language" || lower == "content-type" || lower == "user-agent";
}

std::string base64(std::string_view bytes)
{
    constexpr char Digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (size_t at = 0; at < bytes.size(); at += 3) {
        const size_t count = std::min<size_t>(3, bytes.size() - at);
        uint32_t group = 0;
        for (size_t i = 0; i < 3; ++i)
            group = group << 8 | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        for (size_t i = 0; i < 4; ++i)
            text += i <= count ? Digits[group >> (18 - 6 * i) & 63] : '=';
    }
    return text;
}

void replaceAll(std::string &text, const std::string &what, std::string_view with)
{
    for (size_t at = text.find(what); !what.empty() && at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

std::string firstCharacters(const std::string &text, size_t most)
{
    size_t end = 0;
    for (size_t count = 0; end < text.size(); ++end)
        if ((static_cast<unsigned char>(text[end]) & 0xc0) != 0x80 && count++ == most)
            return text.substr(0, end) + "…";
    return text;
}

/// Once in the program, before the first handle.
void startCurl()
{
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

struct EasyDeleter
{
    void operator()(CURL *easy) const { curl_easy_cleanup(easy); }
};
struct ListDeleter
{
    void operator()(curl_slist *list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

} // namespace

/// A request from its beginning until its answer is taken.
struct HttpClient::Flight
{
    enum class State : uint8_t { Waiting, ForTurn, Sent };

    size_t index = 0;
    HttpCall call;
    HttpAddress address;
    std::string origin; ///< that it was made for
    HttpAnswer answer;
    State state = State::Waiting;
    Moment at{}; ///< before which nothing happens
    int64_t tries = 0, redirects = 0;
    uint64_t maxBody = 0;
    bool isTooLarge = false;
    Easy easy;
    HeaderList headers;
    std::array<char, CURL_ERROR_SIZE> error{};

    bool sendsBody() const
    {
        const std::string &method = call.method;
        return call.hasBody || method == "POST" || method == "PUT" || method == "PATCH";
    }
    static size_t write(char *bytes, size_t, size_t count, void *own)
    {
        auto &flight = *static_cast<Flight *>(own);
        if (flight.answer.body.size() + count > flight.maxBody) {
            flight.isTooLarge = true;
            return 0;
        }
        try {
            flight.answer.body.append(bytes, count);
        } catch (const std::bad_alloc &) { // libcurl is C: nothing may be thrown through it
            flight.isTooLarge = true;
            return 0;
        }
        return count;
    }
};

struct HttpClient::Private
{
    explicit Private(HttpSettings given);
    ~Private();

    Result<> send(size_t count, const Make &make, const Take &take);
    void begin(size_t index, Result<HttpCall> made);
    Moment startWhatIsReady(Moment now);
    void transmit(Flight &flight);
    void addHeaders(Flight &flight);
    bool takeMessages(Moment now);
    void land(Flight &flight, CURLcode code, Moment now);
    void redirect(Flight &flight, const char *location, Moment now);
    void failOrTryAgain(Flight &flight, bool mayTryAgain, std::string kind, std::string problem, Moment now);
    void finish(Flight &flight);
    void giveUp();
    void release(Flight &flight);
    void wait(Moment until);
    std::string asked(const Flight &flight) const;
    std::string withoutSecrets(std::string text) const;

    HttpSettings settings;
    std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi{nullptr, curl_multi_cleanup};
    std::vector<std::string> secrets;
    std::vector<Easy> spare;
    std::list<Flight> flights; ///< under way
    std::list<Flight> done;    ///< whose answers aren't taken yet
    std::minstd_rand random;
    bool isStopped = false;
};

HttpClient::Private::Private(HttpSettings given)
    : settings(std::move(given)), random(uint_fast32_t(settings.seed % 2147483646 + 1))
{
    startCurl();
    multi.reset(curl_multi_init());
    if (!multi)
        throw std::bad_alloc();
    constexpr size_t ShortestSecret = 8; // of a header, which may as well be a word that everybody uses
    if (!settings.secret.empty())
        secrets = {settings.secret};
    if (settings.login && settings.login->scheme == Credential::Scheme::Basic)
        secrets.push_back(base64(settings.login->user + ':' + settings.secret));
    for (const auto &[name, value] : settings.headers)
        for (const std::string &word : {value, value.substr(value.rfind(' ') + 1)})
            if (!isHarmless(name) && word.size() >= ShortestSecret)
                secrets.push_back(word);
    settings.hosts->addWaker(this, [this] { curl_multi_wakeup(multi.get()); });
}

HttpClient::Private::~Private()
{
    giveUp();
    settings.hosts->removeWaker(this);
    spare.clear();
}

Result<> HttpClient::Private::send(size_t count, const Make &make, const Take &take)
{
    size_t next = 0;
    bool goesOn = true;
    isStopped = false;
    for (;;) {
        if (isReadable(settings.cancelFd)) {
            giveUp();
            return failure(ErrorKind::Interrupted, "The run was stopped while a server was waited for.");
        }
        isStopped = isStopped || isReadable(settings.stopFd);
        while (goesOn && next < count && flights.size() + done.size() < size_t(settings.inFlight)) {
            begin(next, make(next));
            ++next;
        }
        const Moment wake = startWhatIsReady(std::chrono::steady_clock::now());
        int running = 0;
        curl_multi_perform(multi.get(), &running);
        const bool isNews = takeMessages(std::chrono::steady_clock::now()) || !done.empty();
        for (; !done.empty(); done.pop_front())
            goesOn = take(done.front().index, std::move(done.front().answer)) && goesOn;
        if (isNews)
            continue;
        if (flights.empty())
            return {};
        wait(wake);
    }
}

void HttpClient::Private::begin(size_t index, Result<HttpCall> made)
{
    Flight &flight = flights.emplace_back();
    flight.index = index;
    flight.maxBody = settings.maxBody;
    auto address = made ? HttpAddress::from(made->url) : Result<HttpAddress>(made.forward());
    if (!address) {
        flight.answer.kind = address.error().kind;
        flight.answer.problem = made ? inQuotes(made->url) + ' ' + address.error().message + '.' : made.error().message;
        finish(flight);
        return;
    }
    flight.call = *std::move(made);
    flight.address = *std::move(address);
    flight.origin = flight.address.origin;
}

/// Returns when the next of them may be.
Moment HttpClient::Private::startWhatIsReady(Moment now)
{
    Moment wake = Moment::max();
    for (auto next = flights.begin(); next != flights.end();) {
        Flight &flight = *next++;
        if (flight.state == Flight::State::Sent)
            continue;
        const bool waitsForRetry =
            flight.state == Flight::State::Waiting && flight.tries > 0 && !flight.answer.problem.empty();
        if (waitsForRetry && isStopped) {
            flight.answer.problem.insert(flight.answer.problem.size() - 1, Stopped);
            finish(flight);
            continue;
        }
        if (flight.state == Flight::State::Waiting && flight.at <= now) {
            Moment again{};
            if (!settings.hosts->take(flight.address.host, now, again)) {
                wake = std::min(wake, again);
                if (isStopped && again != Moment::max())
                    failOrTryAgain(
                        flight, false, ErrorKind::Stopped,
                        asked(flight)
                            + " wasn't sent: the server wants no requests for a while, and the run was stopped.",
                        now);
                continue;
            }
            flight.state = Flight::State::ForTurn;
            flight.at = settings.rate ? settings.rate->take({}, now) : now;
        }
        if (flight.state == Flight::State::ForTurn && flight.at <= now)
            transmit(flight);
        else
            wake = std::min(wake, flight.at);
    }
    return wake;
}

void HttpClient::Private::transmit(Flight &flight)
{
    if (spare.empty())
        spare.emplace_back(curl_easy_init());
    flight.easy = std::move(spare.back());
    spare.pop_back();
    if (!flight.easy)
        throw std::bad_alloc();
    CURL *const easy = flight.easy.get();
    curl_easy_reset(easy);
    flight.answer = {};
    flight.error[0] = '\0';
    flight.isTooLarge = false;
    ++flight.tries;
    const auto milliseconds = long(std::ceil(settings.timeout * 1000));
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &flight);
    curl_easy_setopt(easy, CURLOPT_URL, flight.call.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); // a server's name that is still looked up keeps nobody waiting
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, milliseconds);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds);
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "millrace");
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, flight.error.data());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Flight::write);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &flight);
    if (flight.sendsBody()) {
        const std::string_view body = flight.call.body();
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.size()));
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.empty() ? "" : body.data());
    }
    if (flight.call.method == "HEAD")
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    else if (flight.call.method != "GET" || flight.sendsBody())
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, flight.call.method.c_str());
    if (settings.login && flight.address.origin == flight.origin) {
        if (settings.login->scheme == Credential::Scheme::Basic) {
            curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
            curl_easy_setopt(easy, CURLOPT_USERNAME, settings.login->user.c_str());
            curl_easy_setopt(easy, CURLOPT_PASSWORD, settings.secret.c_str());
        } else {
            curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
            curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, settings.secret.c_str());
        }
    }
    addHeaders(flight);
    flight.state = Flight::State::Sent;
    curl_multi_add_handle(multi.get(), easy);
}

void HttpClient::Private::addHeaders(Flight &flight)
{
    flight.headers.reset();
    bool hasType = false;
    const auto add = [&](const std::string &line) {
        curl_slist *const longer = curl_slist_append(flight.headers.get(), line.c_str());
        if (!longer)
            throw std::bad_alloc();
        (void)flight.headers.release();
        flight.headers.reset(longer);
    };
    for (const auto &[name, value] : settings.headers) {
        if (flight.address.origin != flight.origin && !isHarmless(name))
            continue;
        hasType = hasType || ::strcasecmp(name.c_str(), "content-type") == 0;
        add(value.empty() ? name + ';' : name + ": " + value);
    }
    if (flight.sendsBody() && !hasType)
        add(flight.call.hasBody ? "Content-Type: " + flight.call.contentType : "Content-Type:");
    add("Expect:"); // else large bodies wait a second for servers that don't know it
    curl_easy_setopt(flight.easy.get(), CURLOPT_HTTPHEADER, flight.headers.get());
}

/// Whether there were any, so that something else may be ready now.
bool HttpClient::Private::takeMessages(Moment now)
{
    bool isNews = false;
    int left = 0;
    while (const CURLMsg *message = curl_multi_info_read(multi.get(), &left)) {
        if (message->msg != CURLMSG_DONE)
            continue;
        Flight *flight = nullptr;
        const CURLcode code = message->data.result; // `message` is gone once the handle is taken out
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &flight);
        land(*flight, code, now);
        isNews = true;
    }
    return isNews;
}

void HttpClient::Private::land(Flight &flight, CURLcode code, Moment now)
{
    CURL *const easy = flight.easy.get();
    long status = 0;
    const char *type = nullptr, *location = nullptr;
    curl_off_t retryAfter = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(easy, CURLINFO_CONTENT_TYPE, &type);
    curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &location);
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retryAfter);
    retryAfter = std::min(retryAfter, MostRetryAfter);
    const std::string target = location ? location : "";
    flight.answer.status = status;
    flight.answer.contentType = type ? type : "";
    const std::string reason = flight.error[0] ? flight.error.data() : curl_easy_strerror(code);
    release(flight);
    if (flight.isTooLarge) {
        failOrTryAgain(flight, false, ErrorKind::Range,
                       asked(flight) + " brought an answer of more than " + std::to_string(settings.maxBody)
                           + " bytes, which \"maxBody\" doesn't allow.",
                       now);
    } else if (code != CURLE_OK) {
        failOrTryAgain(flight, isTriedAgain(code),
                       code == CURLE_OPERATION_TIMEDOUT ? ErrorKind::Timeout : ErrorKind::Network,
                       asked(flight) + " brought no answer: " + reason + '.', now);
    } else if (isRedirect(status) && !target.empty()) {
        redirect(flight, target.c_str(), now);
    } else if (status >= 200 && status < 300) {
        finish(flight);
    } else {
        if (retryAfter > 0 && isTriedAgain(status))
            settings.hosts->pauseUntil(flight.address.host, now + std::chrono::seconds(retryAfter));
        std::string text = withoutSecrets(readableText(std::string_view(flight.answer.body).substr(0, MostLooked)));
        text = firstCharacters(visibleText(text, LineEnds::Blank), MostShown);
        failOrTryAgain(flight, isTriedAgain(status), ErrorKind::Http,
                       asked(flight) + " was answered with " + std::to_string(status)
                           + (text.empty() ? "." : ": " + text + '.'),
                       now);
        if (flight.state == Flight::State::Waiting && retryAfter > 0)
            flight.at = std::max(flight.at, now + std::chrono::seconds(retryAfter));
    }
}

void HttpClient::Private::redirect(Flight &flight, const char *location, Moment now)
{
    const std::string from = asked(flight);
    if (++flight.redirects > settings.redirects) {
        failOrTryAgain(flight, false, ErrorKind::Http,
                       from + " leads on to other addresses more often than \"redirects\" allows ("
                           + std::to_string(settings.redirects) + ").",
                       now);
        return;
    }
    auto address = HttpAddress::from(location);
    if (!address) {
        failOrTryAgain(flight, false, ErrorKind::Http, from + " leads on to what " + address.error().message + '.',
                       now);
        return;
    }
    const int64_t status = flight.answer.status;
    if (status == 303 || (status != 307 && status != 308 && flight.call.method == "POST")) {
        flight.call.method = flight.call.method == "HEAD" ? "HEAD" : "GET";
        flight.call.hasBody = false;
        flight.call.made.clear();
        flight.call.lent = {};
    }
    flight.call.url = location;
    flight.address = *std::move(address);
    flight.answer = {};
    flight.state = Flight::State::Waiting;
    flight.at = now;
    --flight.tries; // it goes on with the same one
}

void HttpClient::Private::failOrTryAgain(
    Flight &flight, bool mayTryAgain, std::string kind, std::string problem, Moment now)
{
    if (flight.tries > 1 && problem.ends_with('.')) {
        problem.pop_back();
        problem += ", at try " + std::to_string(flight.tries) + '.';
    }
    flight.answer.kind = std::move(kind);
    flight.answer.problem = withoutSecrets(std::move(problem));
    if (!mayTryAgain || flight.tries >= settings.tries) {
        finish(flight);
        return;
    }
    const double longer = std::min(FirstWait * std::pow(2.0, double(flight.tries - 1)), LongestWait);
    const double jitter = std::uniform_real_distribution<double>(1, 1.5)(random);
    flight.state = Flight::State::Waiting;
    flight.at =
        now + std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(longer * jitter));
}

/// Its handle, and its place at the host, are free for others.
void HttpClient::Private::release(Flight &flight)
{
    if (flight.easy) {
        curl_multi_remove_handle(multi.get(), flight.easy.get());
        spare.push_back(std::move(flight.easy));
    }
    if (flight.state != Flight::State::Waiting)
        settings.hosts->release(flight.address.host);
    flight.state = Flight::State::Waiting;
}

void HttpClient::Private::finish(Flight &flight)
{
    const auto place = std::ranges::find_if(flights, [&](const Flight &one) { return &one == &flight; });
    done.splice(done.end(), flights, place);
}

void HttpClient::Private::giveUp()
{
    for (Flight &flight : flights)
        release(flight);
    flights.clear();
    done.clear();
}

void HttpClient::Private::wait(Moment until)
{
    constexpr auto Longest = 1h;
    const auto now = std::chrono::steady_clock::now();
    const auto left = until == Moment::max() ? Longest : std::min<std::chrono::nanoseconds>(until - now, Longest);
    std::array<curl_waitfd, 2> ends{};
    unsigned count = 0;
    for (const int descriptor : {settings.cancelFd, isStopped ? -1 : settings.stopFd})
        if (descriptor >= 0)
            ends[count++] = {descriptor, CURL_WAIT_POLLIN, 0};
    const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left).count();
    curl_multi_poll(multi.get(), ends.data(), count, int(std::max<int64_t>(milliseconds, 0)), nullptr);
}

std::string HttpClient::Private::asked(const Flight &flight) const
{
    return flight.call.method + ' ' + inQuotes(flight.address.shown);
}

std::string HttpClient::Private::withoutSecrets(std::string text) const
{
    for (const std::string &secret : secrets)
        replaceAll(text, secret, "[secret]");
    return text;
}

HttpClient::HttpClient(HttpSettings settings) : d(std::make_unique<Private>(std::move(settings))) {}
HttpClient::~HttpClient() = default;

Result<> HttpClient::send(size_t count, const Make &make, const Take &take)
{
    d->giveUp();
    return d->send(count, make, take);
}

} // namespace millrace
