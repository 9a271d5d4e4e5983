// SPDX-License-Identifier: MIT
#include "log/LogExport.h"

#include "model/Format.h"
#include "theme/Text.h"

#include <QDateTime>
#include <QDir>

#include <array>

namespace millrace {

namespace {

constexpr size_t WrittenAtOnce = 5'000; // some milliseconds' worth

struct Named
{
    const char *name;
    Value value;
};

std::string timeText(const LogRecord &record)
{
    return toUtf8(QDateTime::fromMSecsSinceEpoch(record.time).toUTC().toString(Qt::ISODateWithMs));
}

/// What the record says, in the order of the columns. What isn't known is null.
std::array<Named, 12> valuesOf(const LogRecord &record)
{
    const auto number = [](int64_t value) { return value < 0 ? Value() : Value(value); };
    const auto text = [](const std::string &value) { return value.empty() ? Value() : Value(value); };
    return {{{"time", Value(timeText(record))},
             {"level", Value(toUtf8(levelText(record.level).toLower()))},
             {"step", text(record.step)},
             {"worker", number(record.worker < 0 ? -1 : record.worker + 1)},
             {"batch", number(record.batch)},
             {"item", record.hasItem ? record.itemId : Value()},
             {"origin", text(record.origin)},
             {"kind", text(record.kind)},
             {"message", Value(record.message)},
             {"trace", text(record.trace)},
             {"attempts", record.attempts > 0 ? Value(int64_t(record.attempts)) : Value()},
             {"fields", record.item}}};
}

std::string csvCell(const std::string &text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

} // namespace

std::string csvTitles()
{
    std::string line;
    for (const Named &named : valuesOf({}))
        line += (line.empty() ? "" : ",") + std::string(named.name);
    return line + '\n';
}

std::string csvLine(const LogRecord &record)
{
    std::string line;
    bool isFirst = true;
    for (const Named &named : valuesOf(record)) {
        if (!isFirst)
            line += ',';
        isFirst = false;
        line += named.value.isNull() ? std::string() : csvCell(toPlain(named.value));
    }
    return line + '\n';
}

std::string jsonLine(const LogRecord &record)
{
    Members members;
    for (const Named &named : valuesOf(record))
        if (!named.value.isNull())
            members.emplace_back(named.name, named.value);
    return toJson(Value(std::move(members))) + '\n';
}

LogExport::LogExport(const LogModel &model, const QString &path, QObject *parent)
    : QObject(parent)
    , m_model(model)
    , m_filter(model.filter())
    , m_file(path)
    , m_isJson(path.endsWith(QLatin1String(".jsonl"), Qt::CaseInsensitive))
    , m_end(model.lastNumber())
{
    m_timer.setInterval(0);
    connect(&m_timer, &QTimer::timeout, this, &LogExport::writeSome);
    connect(&model, &LogModel::cleared, this, [this] {
        m_file.cancelWriting();
        end(tr("The log began anew while it was exported: nothing was written."));
    });
    m_timer.start();
}

void LogExport::writeSome()
{
    const QString name = QDir::toNativeSeparators(m_file.fileName());
    if (!m_file.isOpen()) {
        if (!m_file.open(QIODevice::WriteOnly)) {
            end(tr("The log can't be written to %1: %2.").arg(name, m_file.errorString()));
            return;
        }
        if (!m_isJson)
            m_file.write(QByteArray::fromStdString(csvTitles()));
    }
    const uint64_t before = m_at;
    m_at = m_model.visit(m_at, WrittenAtOnce, m_filter, [this](const LogRecord &record) {
        if (record.number > m_end)
            return;
        m_file.write(QByteArray::fromStdString(m_isJson ? jsonLine(record) : csvLine(record)));
        ++m_written;
    });
    if (m_at != before && m_at < m_end)
        return;
    const bool isWhole = m_file.commit();
    end(isWhole ? tr("%1 written to %2.").arg(formatNoun(m_written, tr("record")), name)
                : tr("The log can't be written to %1: %2.").arg(name, m_file.errorString()));
}

void LogExport::end(const QString &sentence)
{
    m_timer.stop();
    Q_EMIT ended(sentence);
    deleteLater();
}

} // namespace millrace
