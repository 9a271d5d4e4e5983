// SPDX-License-Identifier: MIT
#include "inspector/editors/LargeCodeField.h"

#include <QKeyEvent>
#include <QPainter>
#include <QTextBlock>

#include <algorithm>

namespace millrace {

namespace {

constexpr int Indent = 4;     // blanks
constexpr int NumberRoom = 8; // pixels on each side of a line's number

QString indentOf(const QString &line)
{
    const auto *const end = std::ranges::find_if(line, [](QChar c) { return !c.isSpace(); });
    return line.left(end - line.begin());
}

} // namespace

LargeCodeField::LargeCodeField(Theme &theme, QWidget *parent)
    : ExpressionField(theme, false, parent), m_theme(theme), m_numbers(new QWidget(this))
{
    QFont font = theme.font(FontRole::Code);
    font.setPixelSize(theme.font(FontRole::Body).pixelSize());
    setFont(font);
    setProperty("large", true);
    setTabChangesFocus(false);
    setLineWrapMode(NoWrap);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    m_numbers->installEventFilter(this);
    connect(this, &QPlainTextEdit::blockCountChanged, this, &LargeCodeField::makeRoom);
    connect(this, &QPlainTextEdit::updateRequest, this, [this] { m_numbers->update(); });
    connect(this, &QPlainTextEdit::cursorPositionChanged, this, [this] { m_numbers->update(); });
    makeRoom();
}

void LargeCodeField::goTo(int line, int column)
{
    const QTextBlock block = document()->findBlockByNumber(std::clamp(line, 1, blockCount()) - 1);
    QTextCursor cursor(block);
    cursor.setPosition(block.position() + std::clamp(column - 1, 0, std::max(0, block.length() - 1)));
    setTextCursor(cursor);
    centerCursor();
}

int LargeCodeField::numbersWidth() const
{
    const auto digits = QString::number(std::max(blockCount(), 99)).size();
    return fontMetrics().horizontalAdvance(QLatin1Char('0')) * int(digits) + 2 * NumberRoom;
}

void LargeCodeField::makeRoom()
{
    setViewportMargins(numbersWidth(), 0, 0, 0);
    const QRect inside = contentsRect();
    m_numbers->setGeometry(inside.left(), inside.top(), numbersWidth(), inside.height());
}

void LargeCodeField::resizeEvent(QResizeEvent *event)
{
    ExpressionField::resizeEvent(event);
    makeRoom();
}

bool LargeCodeField::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_numbers || event->type() != QEvent::Paint)
        return ExpressionField::eventFilter(watched, event);
    paintNumbers();
    return true;
}

void LargeCodeField::paintNumbers()
{
    const Colors &colors = m_theme.colors();
    QPainter painter(m_numbers);
    painter.setFont(font());
    const int current = textCursor().blockNumber();
    QTextBlock block = firstVisibleBlock();
    QRectF place = blockBoundingGeometry(block).translated(contentOffset());
    for (; block.isValid() && place.top() <= m_numbers->height(); block = block.next()) {
        painter.setPen(block.blockNumber() == current ? colors.text : colors.muted);
        painter.drawText(QRectF(0, place.top(), m_numbers->width() - NumberRoom, place.height()),
                         Qt::AlignRight | Qt::AlignTop, QString::number(block.blockNumber() + 1));
        place = QRectF(place.left(), place.bottom(), place.width(), blockBoundingRect(block.next()).height());
    }
}

void LargeCodeField::keyPressEvent(QKeyEvent *event)
{
    const bool isPlain = !(event->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) && !isCompleting();
    if (isPlain && event->key() == Qt::Key_Tab) {
        insertPlainText(QString(Indent - textCursor().positionInBlock() % Indent, QLatin1Char(' ')));
        return;
    }
    if (isPlain && (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)) {
        const QString before = textCursor().block().text().left(textCursor().positionInBlock());
        insertPlainText(QLatin1Char('\n') + indentOf(before));
        ensureCursorVisible();
        return;
    }
    ExpressionField::keyPressEvent(event);
}

} // namespace millrace
