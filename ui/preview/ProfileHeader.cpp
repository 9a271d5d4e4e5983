// SPDX-License-Identifier: MIT
#include "preview/ProfileHeader.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace millrace {

namespace {

constexpr int Margin = 10, Gap = 4;          // pixels at 100 %
constexpr int BarWidth = 6, BarDistance = 1; // pixels
constexpr int BarsHeight = 14;               // pixels at 100 %
constexpr int BarAlpha = 150;

QString typeText(const ItemsModel &model, int section)
{
    QString text = model.profile(section).type;
    if (model.fate(section) == ItemsModel::Fate::New)
        text += ProfileHeader::tr(" · new");
    return text;
}

} // namespace

ProfileHeader::ProfileHeader(const ItemsModel &model, const Theme &theme, QWidget *parent)
    : QHeaderView(Qt::Horizontal, parent), m_model(model), m_theme(theme)
{
    setSectionsClickable(true);
    setHighlightSections(false);
    setAccessibleName(tr("Fields"));
}

int ProfileHeader::barHeight() const
{
    return int(BarsHeight * m_theme.fontScale());
}

QSize ProfileHeader::sizeHint() const
{
    const QFontMetrics name(m_theme.font(FontRole::Strong)), type(m_theme.font(FontRole::Small));
    return {QHeaderView::sizeHint().width(), 2 * Gap + name.height() + type.height() + barHeight() + Gap};
}

QSize ProfileHeader::sectionSizeFromContents(int section) const
{
    const QFontMetrics name(m_theme.font(FontRole::Strong)), type(m_theme.font(FontRole::Small));
    const QString title = m_model.headerData(section, Qt::Horizontal, Qt::DisplayRole).toString();
    const int width = std::max(name.horizontalAdvance(title), type.horizontalAdvance(typeText(m_model, section)));
    return {width + 2 * Margin, sizeHint().height()};
}

void ProfileHeader::paintSection(QPainter *painter, const QRect &rect, int section) const
{
    if (section < 0 || section >= m_model.columnCount())
        return;
    const Colors &colors = m_theme.colors();
    const FieldProfile &profile = m_model.profile(section);
    const bool isNew = m_model.fate(section) == ItemsModel::Fate::New;
    painter->save();
    painter->fillRect(rect, colors.window);
    if (isNew) {
        QColor tint = colors.calm;
        tint.setAlpha(40);
        painter->fillRect(rect, tint);
    }
    painter->setPen(colors.line);
    painter->drawLine(rect.bottomLeft(), rect.bottomRight());
    const QRect inner = rect.adjusted(Margin, Gap, -Margin, -Gap);
    const Qt::Alignment side = profile.isNumeric ? Qt::AlignRight : Qt::AlignLeft;

    painter->setFont(m_theme.font(FontRole::Strong));
    QFontMetrics metrics(painter->font());
    painter->setPen(colors.text);
    const QString title = m_model.headerData(section, Qt::Horizontal, Qt::DisplayRole).toString();
    painter->drawText(QRect(inner.left(), inner.top(), inner.width(), metrics.height()), side,
                      metrics.elidedText(title, Qt::ElideRight, inner.width()));
    int top = inner.top() + metrics.height();
    painter->setFont(m_theme.font(FontRole::Small));
    metrics = QFontMetrics(painter->font());
    painter->setPen(colors.muted);
    painter->drawText(QRect(inner.left(), top, inner.width(), metrics.height()), side,
                      metrics.elidedText(typeText(m_model, section), Qt::ElideRight, inner.width()));
    top += metrics.height();

    QColor barColor = colors.link;
    barColor.setAlpha(BarAlpha);
    const int count = std::min(int(profile.bars.size()), inner.width() / (BarWidth + BarDistance));
    const int width = count * (BarWidth + BarDistance);
    int left = profile.isNumeric ? inner.right() + 1 - width : inner.left();
    for (int i = 0; i < count; ++i, left += BarWidth + BarDistance) {
        const int height = std::max(1, int(std::lround(profile.bars[size_t(i)] * (barHeight() - 2))));
        painter->fillRect(QRect(left, top + barHeight() - height, BarWidth, height), barColor);
    }
    painter->restore();
}

} // namespace millrace
