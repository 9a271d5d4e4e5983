// SPDX-License-Identifier: MIT
#pragma once

#include "preview/ItemsModel.h"

#include <QHeaderView>

namespace millrace {

/// The heads of a table of items: name, type, and how the values are spread, as small bars.
class ProfileHeader : public QHeaderView
{
    Q_OBJECT

public:
    ProfileHeader(const ItemsModel &model, const Theme &theme, QWidget *parent = nullptr);
    QSize sizeHint() const override;

protected:
    void paintSection(QPainter *painter, const QRect &rect, int section) const override;
    QSize sectionSizeFromContents(int section) const override;

private:
    int barHeight() const;

    const ItemsModel &m_model;
    const Theme &m_theme;
};

} // namespace millrace
