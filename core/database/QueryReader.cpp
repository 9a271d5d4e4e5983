// SPDX-License-Identifier: MIT
#include "database/QueryReader.h"

#include "data/text/Quote.h"
#include "data/text/UniqueNames.h"
#include "database/DatabaseConnection.h"
#include "database/SqlText.h"
#include "formats/text/ParseText.h"

#include <QDate>
#include <QDateTime>
#include <QSqlField>
#include <QSqlRecord>
#include <QTime>

#include <algorithm>
#include <deque>
#include <unordered_set>

namespace millrace {

namespace {

constexpr int64_t MostOfReal = int64_t(1) << 53; ///< up to which a real holds every integer

QVariant variantOf(const Value &value)
{
    switch (value.type()) {
    case ValueType::Null: return {};
    case ValueType::Boolean: return value.toBoolean();
    case ValueType::Integer: return QVariant::fromValue(qlonglong(value.toInteger()));
    case ValueType::Real: return value.toReal();
    case ValueType::Bytes: return QByteArray(value.toText().data(), qsizetype(value.toText().size()));
    default: return toQt(toPlain(value));
    }
}

/// How PostgreSQL writes moments: its "+00" is the "+00:00" of others.
Value momentOf(std::string text)
{
    constexpr size_t ShortOffset = 3, LongestDate = 10;
    if (text.size() > LongestDate + ShortOffset)
        if (const char sign = text[text.size() - ShortOffset]; sign == '+' || sign == '-')
            text += ":00";
    Timestamp moment;
    return parseTimestamp(text, moment) ? Value(moment) : Value(text);
}

/// A number of any length that the database gave as text: an integer or a real, or text where neither holds all digits. How a real
/// was written is `written`.
Value numberOf(std::string_view text, std::string &written)
{
    int64_t integer = 0;
    if (parseInteger(text, integer))
        return Value(integer);
    double real = 0;
    if (!parseReal(text, real))
        return Value(text);
    std::string usual;
    appendNumber(usual, real);
    if (usual != text)
        written = text;
    return Value(real);
}

Value valueOf(const QVariant &variant, ValueType declared, std::string &written)
{
    if (variant.isNull())
        return {};
    switch (variant.typeId()) {
    case QMetaType::Bool: return variant.toBool();
    case QMetaType::Double:
    case QMetaType::Float: return variant.toDouble();
    case QMetaType::ULongLong:
        if (const qulonglong number = variant.toULongLong(); number > qulonglong(INT64_MAX))
            return Value(std::to_string(number));
        return Value(int64_t(variant.toULongLong()));
    case QMetaType::QByteArray: {
        const QByteArray bytes = variant.toByteArray();
        return Value::bytes(bytes.toStdString());
    }
    case QMetaType::QDate: return momentOf(fromQt(variant.toDate().toString(Qt::ISODate)));
    case QMetaType::QTime: return Value(fromQt(variant.toTime().toString(Qt::ISODateWithMs)));
    case QMetaType::QDateTime: return momentOf(fromQt(variant.toDateTime().toString(Qt::ISODateWithMs)));
    case QMetaType::QString: {
        const std::string text = fromQt(variant.toString());
        return declared == ValueType::Timestamp ? momentOf(text)
               : declared == ValueType::Real    ? numberOf(text, written)
                                                : Value(text);
    }
    default: break;
    }
    bool isInteger = false;
    if (const qlonglong number = variant.toLongLong(&isInteger); isInteger) {
        const bool isTruth = declared == ValueType::Boolean && (number == 0 || number == 1);
        return isTruth ? Value(number == 1) : Value(int64_t(number));
    }
    return Value(fromQt(variant.toString()));
}

bool isIntegerOfReal(const Value &value)
{
    return value.isInteger() && value.toInteger() <= MostOfReal && value.toInteger() >= -MostOfReal;
}

/// The type that all values have, where integers may be reals; Null: there is none.
ValueType typeOfAll(const std::vector<Value> &values, ValueType declared)
{
    ValueType type = ValueType::Null;
    for (const Value &value : values) {
        if (value.isNull() || value.type() == type)
            continue;
        const bool areNumbers = type == ValueType::Integer || type == ValueType::Real;
        if (type == ValueType::Null)
            type = value.isInteger() && declared == ValueType::Real ? ValueType::Real : value.type();
        else if (areNumbers && value.isNumber())
            type = ValueType::Real;
        else
            return ValueType::Null;
    }
    const bool fits = type != ValueType::Real || std::ranges::all_of(values, [](const Value &value) {
                          return !value.isInteger() || isIntegerOfReal(value);
                      });
    return fits ? type : ValueType::Null;
}

} // namespace

/// What is on its way: the query, its columns, and the rows that were looked at before anybody asked for them.
struct QueryReader::Rows
{
    struct WrittenNumber
    {
        size_t column = 0;
        std::string text;
    };
    struct Row
    {
        std::vector<Value> values;
        std::vector<WrittenNumber> written;
    };

    std::unique_ptr<QSqlQuery> query;
    std::vector<DatabaseColumn> columns;
    std::deque<Row> ahead;
    bool isOver = false;

    /// False: there is none.
    Result<bool> next(DatabaseConnection &connection, Row &row, uint64_t &bytes);
    void keepOneKind(size_t column);
};

/// A column that is called one of dates, and has texts that are none, is one of text.
void QueryReader::Rows::keepOneKind(size_t column)
{
    ValueType &type = columns[column].type;
    const bool hasTexts = std::ranges::any_of(ahead, [&](const Row &row) { return row.values[column].isText(); });
    if (type != ValueType::Timestamp || !hasTexts)
        return;
    type = ValueType::Text;
    for (Row &row : ahead)
        if (row.values[column].isTimestamp())
            row.values[column] = Value(toPlain(row.values[column]));
}

Result<bool> QueryReader::Rows::next(DatabaseConnection &connection, Row &row, uint64_t &bytes)
{
    if (isOver)
        return false;
    if (!query->next()) {
        isOver = true;
        if (query->lastError().isValid())
            return connection.failureOf(query->lastError());
        query->finish();
        return false;
    }
    row.values.resize(columns.size());
    row.written.clear();
    std::string written;
    for (size_t i = 0; i < columns.size(); ++i) {
        written.clear();
        row.values[i] = valueOf(query->value(int(i)), columns[i].type, written);
        bytes += sizeof(Value) + row.values[i].heapSize();
        if (!written.empty())
            row.written.push_back({i, written});
    }
    return true;
}

QueryReader::QueryReader(std::unique_ptr<Database> database)
    : m_database(std::move(database)), m_rows(std::make_unique<Rows>())
{}

QueryReader::~QueryReader()
{
    (void)m_database->work([this](DatabaseConnection &) -> Result<> {
        m_rows->query.reset();
        return {};
    });
}

std::string QueryReader::problemOf(const std::string &sql, const Value &params)
{
    if (hasSeveralStatements(sql))
        return "The query is several statements; write one, which gives rows.";
    if (!isSqlQuery(sql))
        return "The query is no statement that only reads; write one that begins with SELECT, WITH or VALUES.";
    if (!params.isNull() && !params.isObject())
        return "The parameters are no object of names and values, such as {\"since\": \"2024-01-01\"}.";
    const auto wanted = sqlParameters(sql);
    for (const std::string &name : wanted)
        if (!params.member(name))
            return "The query has the parameter :" + name
                   + ", for which there is no value; give it one in \"params\", as {\"" + name + "\": …}.";
    if (params.isObject())
        for (const auto &[name, value] : params.toObject())
            if (std::ranges::find(wanted, name) == wanted.end())
                return "The query has no parameter :" + name + "; use it there, or take it out of \"params\".";
    return {};
}

std::vector<Field> QueryReader::fieldsOf(const std::vector<DatabaseColumn> &columns)
{
    UniqueNames names;
    for (const DatabaseColumn &column : columns)
        if (!column.name.empty())
            names.reserve(column.name);
    std::unordered_set<std::string> seen;
    std::vector<Field> fields;
    for (size_t i = 0; i < columns.size(); ++i) {
        const std::string &name = columns[i].name;
        const bool isFree = !name.empty() && seen.insert(name).second;
        fields.push_back({isFree         ? name
                          : name.empty() ? names.add("column" + std::to_string(i + 1))
                                         : names.add(name),
                          columns[i].type});
    }
    return fields;
}

Result<std::unique_ptr<QueryReader>> QueryReader::open(std::unique_ptr<Database> database,
                                                       const std::string &sql,
                                                       const Value &params)
{
    if (std::string problem = problemOf(sql, params); !problem.empty())
        return failure(ErrorKind::Param, std::move(problem));
    const auto declared = database->columnsOfQuery(sql); // also of a query that fails, which says so when it is run
    std::unique_ptr<QueryReader> reader(new QueryReader(std::move(database)));
    if (declared)
        reader->m_rows->columns = *declared;
    auto begun = reader->m_database->work([&](DatabaseConnection &connection) -> Result<> {
        if (auto ran = reader->begin(connection, sql, params); !ran)
            return ran;
        return reader->lookAhead(connection);
    });
    if (!begun)
        return begun.forward();
    return reader;
}

/// Of PostgreSQL: what the driver makes of moments has milliseconds only, so they are asked for as text. Empty: the query as it is.
static QString withMomentsAsText(DatabaseConnection &connection,
                                 const QString &sql,
                                 const std::vector<QVariant> &values,
                                 std::vector<DatabaseColumn> &columns)
{
    QSqlQuery look(connection.handle);
    look.setForwardOnly(true);
    bool isReady = look.prepare(QStringLiteral("SELECT * FROM (") + sql + QStringLiteral(") AS q LIMIT 0"));
    for (const QVariant &value : values)
        look.addBindValue(value);
    isReady = isReady && look.exec();
    const QSqlRecord record = look.record();
    if (!isReady || record.isEmpty())
        return {};
    QStringList names, results;
    bool areMoments = false;
    columns.clear();
    for (int i = 0; i < record.count(); ++i) {
        const int type = record.field(i).metaType().id();
        const bool isMoment = type == QMetaType::QDateTime || type == QMetaType::QDate;
        const QString name = QStringLiteral("c%1").arg(i + 1);
        names += name;
        results += name + (isMoment ? QStringLiteral("::text") : QString()) + QStringLiteral(" AS ")
                   + connection.quoted(fromQt(record.fieldName(i)));
        areMoments |= isMoment;
        columns.push_back({fromQt(record.fieldName(i)),
                           {},
                           isMoment                    ? ValueType::Timestamp
                           : type == QMetaType::Double ? ValueType::Real
                                                       : ValueType::Null});
    }
    return areMoments ? QStringLiteral("SELECT ") + results.join(QLatin1String(", ")) + QStringLiteral(" FROM (") + sql
                            + QStringLiteral(") AS q(") + names.join(QLatin1String(", ")) + QLatin1Char(')')
                      : QString();
}

Result<> QueryReader::begin(DatabaseConnection &connection, const std::string &sql, const Value &params)
{
    if (std::string problem = serverSqlProblem(sql, connection.kind); !problem.empty())
        return failure(ErrorKind::Param, std::move(problem));
    std::vector<std::string> names;
    QString text = toQt(withNumberedParameters(trimmedSql(sql), names));
    std::vector<QVariant> values;
    for (const std::string &name : names)
        values.push_back(variantOf(*params.member(name)));
    if (connection.kind == DatabaseKind::Postgres)
        if (const QString exact = withMomentsAsText(connection, text, values, m_rows->columns); !exact.isEmpty())
            text = exact;
    m_rows->query = std::make_unique<QSqlQuery>(connection.handle);
    QSqlQuery &query = *m_rows->query;
    query.setForwardOnly(true);
    // What is prepared by the server is one statement, whatever is in it. SQLite takes one anyway; for PostgreSQL Qt sends PREPARE as a
    // text like any other, in which ? couldn't be an operator.
    const bool isPlain = connection.kind == DatabaseKind::Sqlite || connection.kind == DatabaseKind::Postgres;
    bool isRun = false;
    if (values.empty() && isPlain) {
        isRun = query.exec(text);
    } else if (query.prepare(text)) {
        for (const QVariant &value : values)
            query.addBindValue(value);
        isRun = query.exec();
    }
    if (!isRun)
        return connection.failureOf(query.lastError());
    const QSqlRecord record = query.record();
    if (record.isEmpty())
        return failure(ErrorKind::Database, "The query gives no rows; write one that begins with SELECT.");
    if (m_rows->columns.size() != size_t(record.count())) {
        m_rows->columns.clear();
        for (int i = 0; i < record.count(); ++i) {
            const int type = record.field(i).metaType().id();
            m_rows->columns.push_back({fromQt(record.fieldName(i)),
                                       {},
                                       type == QMetaType::Double && connection.kind != DatabaseKind::Sqlite
                                           ? ValueType::Real
                                           : ValueType::Null});
        }
    }
    return {};
}

/// What the types are: those of the first rows, else what the database says.
Result<> QueryReader::lookAhead(DatabaseConnection &connection)
{
    uint64_t bytes = 0;
    while (m_rows->ahead.size() < LookedAt && bytes < MostLooked) {
        Rows::Row row;
        const auto any = m_rows->next(connection, row, bytes);
        if (!any)
            return any.forward();
        if (!*any)
            break;
        m_rows->ahead.push_back(std::move(row));
    }
    std::vector<Field> fields = fieldsOf(m_rows->columns);
    for (size_t i = 0; i < fields.size(); ++i) {
        m_rows->keepOneKind(i);
        std::vector<Value> values;
        for (const Rows::Row &row : m_rows->ahead)
            if (!row.values[i].isNull())
                values.push_back(row.values[i]);
        if (!values.empty())
            fields[i].type = typeOfAll(values, m_rows->columns[i].type);
    }
    m_schema = std::make_shared<const Schema>(std::move(fields));
    return {};
}

Result<bool> QueryReader::fetch(Batch &batch, size_t items, uint64_t bytes)
{
    batch.reset(m_schema);
    size_t rows = 0;
    auto fetched = m_database->work([&](DatabaseConnection &connection) -> Result<> {
        uint64_t held = 0;
        Rows::Row row;
        while (rows < items && (held < bytes || rows == 0)) {
            if (!m_rows->ahead.empty()) {
                row = std::move(m_rows->ahead.front());
                m_rows->ahead.pop_front();
                for (const Value &value : row.values)
                    held += sizeof(Value) + value.heapSize();
            } else if (const auto any = m_rows->next(connection, row, held); !any) {
                return any.forward();
            } else if (!*any) {
                break;
            }
            for (size_t i = 0; i < row.values.size(); ++i) {
                const Value &value = row.values[i];
                const bool isReal = m_schema->field(i).type == ValueType::Real && isIntegerOfReal(value);
                batch.columnToChange(i).append(isReal ? Value(value.toReal()) : value);
            }
            for (const auto &number : row.written)
                batch.columnToChange(number.column).setWritten(rows, number.text);
            ++rows;
        }
        return {};
    });
    if (!fetched)
        return fetched.forward();
    batch.setSize(rows);
    return rows > 0;
}

} // namespace millrace
