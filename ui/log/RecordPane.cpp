// SPDX-License-Identifier: MIT
#include "log/RecordPane.h"

#include "data/errors/ErrorKind.h"
#include "log/LogModel.h"
#include "model/Format.h"
#include "theme/Fields.h"
#include "theme/Text.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace millrace {

namespace {

constexpr int CodeWidth = 62;          // characters
constexpr qsizetype MostCode = 20'000; // shown of very long data

QLabel *codeLabel(const Theme &theme)
{
    QLabel *label = makeLabel({}, "code");
    label->setFont(theme.font(FontRole::Code));
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

QString whereText(const LogRecord &record, const QString &step, const Repeats &repeats)
{
    QStringList parts;
    if (!record.step.empty())
        parts << RecordPane::tr("Step %1").arg(step);
    if (record.worker >= 0)
        parts << RecordPane::tr("worker %1").arg(record.worker + 1);
    if (record.batch >= 0)
        parts << RecordPane::tr("batch %1").arg(formatCount(uint64_t(record.batch)));
    if (record.hasItem)
        parts << RecordPane::tr("item %1").arg(itemText(record));
    if (!record.origin.empty())
        parts << toQString(record.origin);
    if (record.level == LogLevel::Error && !record.kind.empty())
        parts << toQString(errorKindText(record.kind));
    if (record.attempts > 1)
        parts << RecordPane::tr("tried %1 times").arg(record.attempts);
    if (repeats.times > 1)
        parts << RecordPane::tr("the last of %1 like it, from %2 on")
                     .arg(formatCount(repeats.times), formatClock(repeats.first));
    return parts.isEmpty() ? formatClock(record.time) : parts.join(QStringLiteral(" · "));
}

/// Pieces of a list or an object, as many on a line as fit.
QString flowed(const QStringList &pieces, QChar open, QChar close, int width)
{
    const QString all = pieces.join(QStringLiteral(", "));
    if (all.size() + 4 <= width)
        return QStringLiteral("%1 %2 %3").arg(open).arg(all).arg(close);
    QString text(open);
    qsizetype column = 1;
    for (qsizetype i = 0; i < pieces.size(); ++i) {
        const QString piece = pieces[i] + (i + 1 < pieces.size() ? QStringLiteral(",") : QString());
        if (i > 0 && column + piece.size() + 1 > width) {
            text += QStringLiteral("\n ");
            column = 1;
        }
        text += QLatin1Char(' ') + piece;
        column += piece.size() + 1;
    }
    return text + QLatin1Char(' ') + close;
}

/// A button whose text is cut where it doesn't fit, and whole in its tip.
class CutButton : public QPushButton
{
public:
    explicit CutButton(const QString &text) : m_whole(text)
    {
        setAccessibleName(text);
        setToolTip(text);
        QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
        setSizePolicy(policy);
        setText(text);
    }
    QSize minimumSizeHint() const override { return {80, QPushButton::minimumSizeHint().height()}; }

protected:
    void resizeEvent(QResizeEvent *event) override
    {
        QPushButton::resizeEvent(event);
        setText(fontMetrics().elidedText(m_whole, Qt::ElideRight, width() - Margins));
    }

private:
    static constexpr int Margins = 24; // pixels, on both sides
    const QString m_whole;
};

} // namespace

bool isOfFailedItem(const LogRecord &record)
{
    return record.level == LogLevel::Error && record.hasItem && !record.step.empty();
}

QString laidOutJson(const Value &value, int width)
{
    QStringList pieces;
    if (value.isObject()) {
        for (const auto &[name, member] : value.toObject())
            pieces << toQString(toJson(Value(name))) + QStringLiteral(": ") + toQString(toJson(member));
        return flowed(pieces, QLatin1Char('{'), QLatin1Char('}'), width);
    }
    if (value.isList()) {
        for (const Value &element : value.toList())
            pieces << toQString(toJson(element));
        return flowed(pieces, QLatin1Char('['), QLatin1Char(']'), width);
    }
    return toQString(toJson(value));
}

RecordPane::RecordPane(Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_title(makeLabel())
    , m_where(makeLabel({}, "muted"))
    , m_data(codeLabel(theme))
    , m_trace(codeLabel(theme))
    , m_empty(makeLabel(tr("Select a line to see where it came from and what the item held."), "muted"))
    , m_mends(new QVBoxLayout)
    , m_show(new QPushButton(tr("Show step")))
    , m_like(new QPushButton(tr("All like it")))
    , m_copy(new QPushButton(tr("Copy")))
    , m_retry(new QPushButton(tr("Try again")))
    , m_change(new QPushButton(tr("Change and try…")))
{
    setObjectName(QStringLiteral("bottomPanel"));
    QFont small = theme.font(FontRole::Body);
    small.setPixelSize(small.pixelSize() - 1);
    m_where->setFont(small);
    QFont strong = theme.font(FontRole::Strong);
    strong.setPixelSize(strong.pixelSize() - 1);
    m_title->setFont(strong);
    for (QLabel *label : {m_title, m_where, m_empty}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(m_show);
    buttons->addWidget(m_like);
    buttons->addWidget(m_copy);
    buttons->addStretch(1);
    auto *retries = new QHBoxLayout;
    retries->addWidget(m_retry);
    retries->addWidget(m_change);
    retries->addStretch(1);
    auto *content = new QWidget;
    content->setObjectName(QStringLiteral("bottomPanel"));
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(12, 10, 12, 10);
    column->setSpacing(7);
    for (QLabel *label : {m_empty, m_title, m_where, m_data, m_trace})
        column->addWidget(label);
    column->addLayout(m_mends);
    column->addLayout(retries);
    column->addLayout(buttons);
    column->addStretch(1);
    auto *area = new QScrollArea;
    area->setAccessibleName(tr("The record that is selected"));
    area->setObjectName(QStringLiteral("bottomPanel"));
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setWidget(content);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(area);
    connect(m_show, &QPushButton::clicked, this, [this] { Q_EMIT stepWanted(m_step); });
    connect(m_like, &QPushButton::clicked, this, &RecordPane::likeWanted);
    m_retry->setToolTip(tr("Try this item again, as the pipeline is now; what comes out is added to the results"));
    m_change->setToolTip(tr("Change the item's values first"));
    connect(m_retry, &QPushButton::clicked, this, [this] { Q_EMIT retryWanted(false); });
    connect(m_change, &QPushButton::clicked, this, [this] { Q_EMIT retryWanted(true); });
    connect(m_copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_copied); });
    setRecord(nullptr, {});
}

void RecordPane::setMends(std::vector<Mend> mends)
{
    while (QLayoutItem *item = m_mends->takeAt(0)) {
        if (QWidget *widget = item->widget()) {
            widget->hide();
            widget->deleteLater(); // its click may have led here
        }
        delete item;
    }
    for (Mend &mend : mends) {
        auto *button = new CutButton(toQString(mend.caption));
        m_mends->addWidget(button, 0, Qt::AlignLeft);
        connect(button, &QPushButton::clicked, this, [this, mend = std::move(mend)] {
            const Mend wanted = mend; // what follows may take the button away
            Q_EMIT mendWanted(wanted);
        });
    }
}

void RecordPane::setRecord(const LogRecord *record,
                           const std::function<QString(const std::string &)> &nameOf,
                           const Repeats &repeats)
{
    setMends({});
    m_empty->setVisible(!record);
    for (QLabel *label : {m_title, m_where, m_data, m_trace})
        label->setVisible(record);
    m_copy->setVisible(record);
    m_like->setVisible(record && repeats.times > 1);
    m_show->setVisible(record && !record->step.empty());
    const bool isFailedItem = record && isOfFailedItem(*record);
    m_retry->setVisible(isFailedItem);
    m_change->setVisible(isFailedItem && !record->item.isNull());
    if (!record)
        return;
    m_step = record->step;
    const QString data = record->item.isNull() ? QString() : laidOutJson(record->item, CodeWidth).left(MostCode);
    const QString trace = toQString(record->trace);
    m_title->setText(toQString(record->message));
    m_where->setText(whereText(*record, nameOf ? nameOf(record->step) : toQString(record->step), repeats));
    m_data->setText(data);
    m_data->setVisible(!data.isEmpty());
    m_trace->setText(trace);
    m_trace->setVisible(!trace.isEmpty());
    m_copied = QStringList{m_title->text(), m_where->text(), data, trace}.join(QLatin1Char('\n')).trimmed();
}

} // namespace millrace
