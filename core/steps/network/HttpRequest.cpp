// SPDX-License-Identifier: MIT
#include "data/json/JsonReader.h"
#include "data/text/ByteSize.h"
#include "data/text/Quote.h"
#include "data/text/TextCheck.h"
#include "steps/HalfChangedBatch.h"
#include "steps/keys/ItemGather.h"
#include "steps/keys/NewFields.h"
#include "steps/network/HttpAddress.h"
#include "steps/network/HttpClient.h"
#include "steps/SharedState.h"
#include "steps/StepBuilder.h"
#include "steps/StepChecks.h"
#include "steps/StepExpression.h"
#include "steps/write/PathTemplate.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace millrace {

/// Sends a request for each item, and puts the answer into a field.
class HttpRequest final : public Step, public ComputesExpression
{
public:
    static void describe(StepBuilder<HttpRequest> &step);

    Result<> open(const StepContext &context) override;
    Result<> process(Batch &batch) override;
    void close() override
    {
        m_client.reset();
        m_compiled.reset();
    }
    void expectSecrets(const std::string &) override { m_hasSecretHeaders = true; }
    void check(const CheckContext &context, std::vector<StepProblem> &problems) const override;
    SchemaPtr outputSchema(const CheckContext &context) const override
    {
        return context.input ? context.input->with(fieldsWith(*context.input, newFields())) : nullptr;
    }
    std::string summary() const override { return m_url.empty() ? std::string() : m_method + ' ' + m_url; }

private:
    struct Part ///< a template of which the fields are found
    {
        std::string name;
        PathTemplate text;
        std::vector<size_t> columns{}; ///< SIZE_MAX: the items lack it
    };

    std::vector<Field> newFields() const;
    bool hasBody() const { return !m_body.empty() && m_method != "HEAD"; }
    std::vector<std::string> fieldsOfAddress() const;
    Result<HttpSettings> settings(const StepContext &context) const;
    Result<> findFields(const Batch &batch);
    Result<HttpCall> callFor(const Batch &batch, size_t row, const Column &bodies) const;
    Result<std::string> addressFor(const Batch &batch, size_t row) const;
    Result<Value> valueOf(HttpAnswer &answer);
    bool goesWhereDataSays() const;
    void checkSecrets(std::vector<StepProblem> &problems) const;
    void checkAddress(std::vector<StepProblem> &problems) const;
    void checkHeaders(std::vector<StepProblem> &problems) const;

    std::string m_url, m_method = "GET", m_body, m_parse = "auto", m_into = "response", m_status, m_auth,
                       m_maxBody = "64 MiB";
    TextPairs m_query, m_headers;
    int64_t m_inFlight = 4, m_perHost = 6, m_tries = 4, m_redirects = 5;
    double m_rate = 0, m_timeout = 30;
    bool m_hasSecretHeaders = false;

    StepContext m_context;
    std::optional<HttpClient> m_client;
    std::optional<ItemExpression> m_compiled; ///< of the body
    std::optional<Part> m_address;
    std::vector<Part> m_parts; ///< of the query
    SchemaPtr m_input;         ///< that the columns are those of
    JsonReader m_reader;
};

void HttpRequest::describe(StepBuilder<HttpRequest> &step)
{
    step.id("http.request").title("HTTP request").family(Family::Transform).icon("http");
    step.help(
        "Sends an HTTP request for each item and puts the answer into a field, for example {\"url\": "
        "\"https://api.example.org/users/{user}\"}. Each worker has several requests under way; the items stay in "
        "order. What fails for a while (408, 425, 429, 5xx, a lost connection) is tried again, and Retry-After is "
        "kept to; another status of 400 or more fails the item. Of a redirect to another server neither the login nor "
        "headers of yours go along. Whoever runs somebody else's pipeline is asked first. When a run is stopped, "
        "requests under way come to their end, but none is tried again. A worker works on one batch at a time: let "
        "batches have more items than inFlight.");
    step.synonyms({"web", "rest", "api", "url", "fetch", "download", "get", "post", "curl", "webhook", "service"});
    step.reachesNetwork();
    step.keepsItemsOnError();
    step.param("url", &HttpRequest::m_url)
        .title("Address")
        .required()
        .help("Where to send it. {field} stands for the item's value, written as the part of an address; a field in "
              "front "
              "of everything holds a whole address.");
    step.param("method", &HttpRequest::m_method)
        .choices({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"})
        .help("The kind of request.");
    step.param("query", &HttpRequest::m_query)
        .help("What is added to the address behind the question mark: {\"page\": \"{number}\"}. One of a null is left "
              "out.");
    step.param("headers", &HttpRequest::m_headers)
        .secretsAllowed()
        .help("Headers to send. A secret is given by where it is: {\"X-Api-Key\": {\"env\": \"API_KEY\"}}.");
    step.param("body", &HttpRequest::m_body)
        .kind(ParamKind::Expression)
        .help(
            "An expression whose value is sent: text as it is, anything else as JSON; item is the whole item. Nothing "
            "is sent for null.");
    step.param("parse", &HttpRequest::m_parse)
        .choices({"auto", "text", "json", "bytes"})
        .help("How the answer is read; auto goes by what the server says of it.");
    step.param("into", &HttpRequest::m_into).kind(ParamKind::FieldName).help("The field that gets the answer.");
    step.param("status", &HttpRequest::m_status)
        .kind(ParamKind::FieldName)
        .help("The field that gets the answer's status, such as 200; nothing: none.");
    step.param("inFlight", &HttpRequest::m_inFlight)
        .range(1, 1000)
        .unit("requests")
        .help("How many requests each worker has under way.");
    step.param("rate", &HttpRequest::m_rate)
        .range(0, 1e9)
        .unit("requests a second")
        .help("How many are sent at most, by all workers together; 0: no limit.");
    step.param("perHost", &HttpRequest::m_perHost)
        .range(1, 1000)
        .unit("requests")
        .help("How many are under way to one server at most, by all workers together.");
    step.param("timeout", &HttpRequest::m_timeout).range(0.001, 86400).unit("seconds").help("How long a try may take.");
    step.param("tries", &HttpRequest::m_tries)
        .range(1, 100)
        .help("How often a request is sent at most. 1 where it must not be made twice.");
    step.param("auth", &HttpRequest::m_auth)
        .title("Login")
        .credential()
        .help("bearer:env:NAME for the token in the environment variable NAME, basic:USER:env:NAME for a password; "
              "file:PATH in place of env:NAME for the text of a file.");
    step.param("maxBody", &HttpRequest::m_maxBody)
        .title("Largest answer")
        .help("How large an answer may be, as \"64 MiB\"; a larger one fails its item.");
    step.param("redirects", &HttpRequest::m_redirects).range(0, 50).help("How many redirects are followed.");
}

std::vector<Field> HttpRequest::newFields() const
{
    const ValueType type = m_parse == "text" ? ValueType::Text : ValueType::Null;
    std::vector<Field> fields{{m_into, type, Role::DataInput}};
    if (!m_status.empty() && m_status != m_into)
        fields.push_back({m_status, ValueType::Integer, Role::DataInput});
    return fields;
}

std::vector<std::string> HttpRequest::fieldsOfAddress() const
{
    std::vector<std::string> fields = PathTemplate(m_url).fields();
    for (const auto &[name, text] : m_query) {
        const PathTemplate value(text);
        for (const std::string &field : value.fields())
            if (std::ranges::find(fields, field) == fields.end())
                fields.push_back(field);
    }
    return fields;
}

Result<HttpSettings> HttpRequest::settings(const StepContext &context) const
{
    HttpSettings settings{.inFlight = m_inFlight,
                          .tries = m_tries,
                          .redirects = m_redirects,
                          .timeout = m_timeout,
                          .maxBody = byteSizeOf(m_maxBody).value_or(0),
                          .headers = m_headers,
                          .seed = context.seed + uint64_t(context.worker),
                          .cancelFd = context.cancelFd,
                          .stopFd = context.stopFd};
    if (!m_auth.empty()) {
        settings.login = credentialFrom(m_auth);
        if (!settings.login)
            return failure(ErrorKind::Secret, "\"auth\" doesn't say where the secret is; write bearer:env:NAME.");
        auto secret = readSecret(settings.login->secret, context.folder);
        if (!secret)
            return secret.forward();
        settings.secret = *std::move(secret);
    }
    auto hosts = sharedBy<HostLimits>(
        context, "hosts " + std::to_string(m_perHost),
        [this]() -> Result<std::shared_ptr<HostLimits>> { return std::make_shared<HostLimits>(m_perHost); });
    if (!hosts)
        return hosts.forward();
    settings.hosts = *std::move(hosts);
    if (m_rate > 0) {
        auto rate = sharedBy<RateBuckets>(
            context, "rate " + formatNumber(m_rate),
            [this]() -> Result<std::shared_ptr<RateBuckets>> { return std::make_shared<RateBuckets>(m_rate, 1); });
        if (!rate)
            return rate.forward();
        settings.rate = *std::move(rate);
    }
    return settings;
}

Result<> HttpRequest::open(const StepContext &context)
{
    m_context = context;
    m_input.reset();
    std::vector<StepProblem> problems;
    checkHeaders(problems); // those from secrets are known only now
    checkSecrets(problems);
    if (!problems.empty())
        return failure(ErrorKind::Param, problems.front().text);
    auto given = settings(context);
    if (!given)
        return given.forward();
    if (hasBody()) {
        auto compiled = openExpression(m_body, context);
        if (!compiled)
            return compiled.forward();
        m_compiled.emplace(*std::move(compiled));
    }
    m_address.emplace(Part{{}, PathTemplate(m_url)});
    m_parts.clear();
    for (const auto &[name, text] : m_query)
        m_parts.push_back({name, PathTemplate(text)});
    m_client.emplace(*std::move(given));
    return {};
}

Result<> HttpRequest::findFields(const Batch &batch)
{
    if (batch.schema() == m_input)
        return {};
    const Schema &schema = *batch.schema();
    for (const std::string &field : fieldsOfAddress())
        if (!schema.isOpen() && !schema.find(field))
            return failure(ErrorKind::Field, noFieldMessage(field, schema));
    const auto find = [&](Part &part) {
        part.columns.clear();
        for (const std::string &field : part.text.fields())
            part.columns.push_back(schema.find(field).value_or(SIZE_MAX));
    };
    find(*m_address);
    std::ranges::for_each(m_parts, find);
    if (m_compiled)
        if (auto bound = m_compiled->bind(batch.schema()); !bound)
            return bound;
    m_input = batch.schema();
    return {};
}

Result<std::string> HttpRequest::addressFor(const Batch &batch, size_t row) const
{
    const PathTemplate &text = m_address->text;
    const bool isWhole = text.beginning().empty(); // the first field is the beginning of the address
    std::optional<Failure> wrong;
    std::string address = text.filled([&](std::string &to, size_t i) {
        const size_t column = m_address->columns[i];
        const Value value = column == SIZE_MAX ? Value() : batch.column(column).value(row);
        const std::string plain = value.isNull() ? std::string() : toPlain(value);
        if (i == 0 && isWhole && !plain.empty()) {
            to += plain;
            return;
        }
        if (plain.empty() || plain == "." || plain == "..")
            wrong = failure(ErrorKind::Field, "The field " + inQuotes(text.fields()[i]) + " is "
                                                  + (value.isNull() ? "null" : inQuotes(plain))
                                                  + ", which can't be a part of the address.");
        appendPercentEncoded(to, plain);
    });
    if (wrong)
        return *std::move(wrong);
    std::string query;
    for (const Part &part : m_parts) {
        bool isNull = false;
        const std::string value = part.text.filled([&](std::string &to, size_t i) {
            const size_t column = part.columns[i];
            isNull = isNull || column == SIZE_MAX || batch.column(column).isNull(row);
            if (!isNull)
                to += toPlain(batch.column(column).value(row));
        });
        if (isNull)
            continue;
        query += query.empty() ? "" : "&";
        appendPercentEncoded(query, part.name);
        query += '=';
        appendPercentEncoded(query, value);
    }
    if (!query.empty()) {
        const size_t fragment = std::min(address.find('#'), address.size());
        const bool hasQuery = address.find('?') < fragment;
        address.insert(fragment, (hasQuery ? '&' : '?') + query);
    }
    return address;
}

Result<HttpCall> HttpRequest::callFor(const Batch &batch, size_t row, const Column &bodies) const
{
    auto address = addressFor(batch, row);
    if (!address)
        return address.forward();
    HttpCall call{.method = m_method, .url = *std::move(address)};
    if (!m_compiled || bodies.isNull(row))
        return call;
    call.hasBody = true;
    call.contentType = "text/plain; charset=utf-8";
    if (bodies.type() == ColumnType::Text) {
        call.lent = bodies.text(row);
        return call;
    }
    const Value body = bodies.value(row);
    const bool isPlain = body.isText() || body.isBytes();
    if (!body.isText())
        call.contentType = isPlain ? "application/octet-stream" : "application/json";
    call.made = isPlain ? std::string(body.toText()) : toJson(body);
    return call;
}

/// Also what of an answer can't be read: an error then.
Result<Value> HttpRequest::valueOf(HttpAnswer &answer)
{
    std::string kind;
    for (const char c : answer.contentType.substr(0, answer.contentType.find(';')))
        if (c != ' ')
            kind += char(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    const bool isAuto = m_parse == "auto";
    if (answer.body.empty() && (isAuto || m_parse == "json"))
        return Value();
    const bool isJson = kind.ends_with("/json") || kind.ends_with("+json");
    if (m_parse == "json" || (isAuto && isJson)) {
        auto value = m_reader.parse(answer.body);
        if (!value)
            return failure(ErrorKind::Parse, "isn't JSON: " + value.error().message);
        return value;
    }
    if (m_parse == "bytes" || (isAuto && !isUtf8(answer.body)))
        return Value::bytes(std::move(answer.body));
    if (!isUtf8(answer.body))
        return failure(ErrorKind::Parse, "is no UTF-8 text; set \"parse\" to \"bytes\".");
    return Value(answer.body);
}

Result<> HttpRequest::process(Batch &batch)
{
    if (m_context.isInterrupted())
        return failure(ErrorKind::Interrupted, "The run was stopped.");
    if (auto found = findFields(batch); !found)
        return found;
    std::vector<ItemError> errors;
    Column bodies;
    if (m_compiled)
        if (auto done = m_compiled->evaluate(batch, bodies, errors); !done)
            return done;
    const std::vector<Field> added = newFields();
    std::vector<Value> values(batch.size()), statuses(batch.size());
    std::vector<uint32_t> rows; // that are asked for
    for (uint32_t row = 0; row < batch.size(); ++row)
        if (std::ranges::find(errors, row, &ItemError::row) == errors.end())
            rows.push_back(row);
    const auto take = [&](size_t index, HttpAnswer answer) {
        const uint32_t row = rows[index];
        statuses[row] = answer.status == 0 ? Value() : Value(answer.status);
        if (answer.problem.empty()) {
            auto value = valueOf(answer);
            if (value) {
                values[row] = *std::move(value);
                return true;
            }
            answer.kind = value.error().kind;
            answer.problem = "The answer " + value.error().message;
        }
        errors.push_back({row, std::move(answer.kind), std::move(answer.problem), {}});
        return !(m_context.endsAtFailure && m_context.endsAtFailure());
    };
    auto sent = m_client->send(
        rows.size(), [&](size_t index) { return callFor(batch, rows[index], bodies); }, take);
    if (!sent)
        return sent;
    std::vector<bool> isFailed(batch.size());
    for (const ItemError &error : errors)
        isFailed[error.row] = true;
    const SchemaPtr before = batch.schema();
    std::vector<Column> columns;
    for (const Field &field : added) {
        const auto replaced = before->find(field.name);
        Column &column = columns.emplace_back(replaced ? ColumnType::Any : columnTypeFor(field.type));
        const std::vector<Value> &news = &field == added.data() ? values : statuses;
        const Column *const old = replaced ? &std::as_const(batch).column(*replaced) : nullptr;
        for (size_t row = 0; row < batch.size(); ++row)
            if (isFailed[row] && old)
                appendFrom(column, old, row); // as it came in
            else
                column.append(isFailed[row] ? Value() : news[row]);
    }
    std::ranges::sort(errors, {}, &ItemError::row);
    changeInPlace([&] {
        setFields(batch, added, std::move(columns));
        if (!errors.empty())
            batch.setSchemaOfFailed(before);
        for (ItemError &error : errors)
            batch.fail(error.row, std::move(error.kind), std::move(error.message), std::move(error.trace));
    });
    return {};
}

/// Whether values could make another server of it: in all of the address, in its host, or in what ends the host.
bool HttpRequest::goesWhereDataSays() const
{
    const PathTemplate text(m_url);
    if (text.isPlain())
        return false;
    const auto originWith = [&](char value) {
        const auto address = HttpAddress::from(text.filled([value](std::string &to, size_t) { to += value; }));
        return address ? address->origin : std::string();
    };
    const std::string origin = originWith('1');
    return text.beginning().empty() || origin.empty() || origin != originWith('2');
}

/// A secret belongs to a server that whoever drew the pipeline has named, not to one that an item names.
void HttpRequest::checkSecrets(std::vector<StepProblem> &problems) const
{
    if ((m_auth.empty() && !m_hasSecretHeaders) || !goesWhereDataSays())
        return;
    const bool isLogin = !m_auth.empty();
    problems.push_back({true, isLogin ? "auth" : "headers",
                        std::string(isLogin ? "The login" : "The secret in a header")
                            + " would go to whatever server an item names; write the server into \"url\", as "
                              "https://example.org/{path}, or send no secret."});
}

void HttpRequest::checkAddress(std::vector<StepProblem> &problems) const
{
    const PathTemplate text(m_url);
    if (text.beginning().empty())
        return; // that is known of each item only
    const auto address =
        HttpAddress::from(text.filled([](std::string &to, size_t) { to += 'x'; })); // a field may be the host, too
    if (!address) {
        problems.push_back({true, "url", inQuotes(m_url) + ' ' + address.error().message + '.'});
        return;
    }
    if (address->hasUser)
        problems.push_back({true, "url",
                            "A user or a password doesn't belong into the address, where everybody can read it; write "
                            "\"auth\" instead: basic:USER:env:NAME."});
    const bool isLocal = address->host.starts_with("localhost:") || address->host.starts_with("127.");
    if (!m_auth.empty() && address->origin.starts_with("http:") && !isLocal)
        problems.push_back(
            {false, "auth",
             "The login is sent where others can read it along, for the address begins with http://; use "
             "https:// where the server has it."});
}

void HttpRequest::checkHeaders(std::vector<StepProblem> &problems) const
{
    for (const auto &[name, value] : m_headers) {
        const bool isName = !name.empty() && std::ranges::all_of(name, [](char c) {
            return c > ' ' && c < 0x7f && std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos;
        });
        if (!isName)
            problems.push_back({true, "headers", inQuotes(name) + " can't be the name of a header."});
        else if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
            problems.push_back({true, "headers", "The header " + inQuotes(name) + " has several lines."});
    }
}

void HttpRequest::check(const CheckContext &context, std::vector<StepProblem> &problems) const
{
    if (!m_url.empty())
        checkAddress(problems);
    checkHeaders(problems);
    checkSecrets(problems);
    const std::vector<std::string> ofPath = PathTemplate(m_url).fields();
    for (const std::string &field : fieldsOfAddress())
        checkFields(context, std::ranges::find(ofPath, field) == ofPath.end() ? "query" : "url", {field}, problems);
    if (hasBody())
        checkExpression(m_body, "body", context, problems);
    checkSize("maxBody", m_maxBody, problems);
    if (m_into.empty())
        problems.push_back({true, "into", "\"into\" is empty: it names the field that gets the answer."});
    if (m_status == m_into && !m_status.empty())
        problems.push_back({true, "status", "\"status\" and \"into\" are the same field; name two."});
}

void registerHttpRequest(StepRegistry &registry)
{
    registry.add<HttpRequest>();
}

} // namespace millrace
