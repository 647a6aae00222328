"""A small made-up set in the layout of the real one: four resellers, three products, five months."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "Resellers.csv": """
        ResellerKey,BusinessType,ResellerName,City
        1,Value Added Reseller,Larch Cycles,Elmton
        2,Ware House,Ashdown Depot,Elmton
        3,Warehouse,Oakfield Store,Birchville
        4,Specialty Bike Shop,Larch Cycles,Birchville
    """,
    "DimReseller.csv": """
        ResellerKey,GeographyKey,Phone,AddressLine1
        1,10,555-0101,1 First Street
        2,10,555-0102,2 First Street
        3,20,555-0103,"3 Second Street, rear"
        4,20,555-0104,4 Second Street
    """,
    "DimGeography.csv": """
        GeographyKey,City,StateProvinceName,CountryRegionCode,PostalCode,SalesTerritoryKey
        10,Elmton,Oregon,US,97000,1
        20,Birchville,Ontario,CA,K1A 0A1,6
    """,
    "DimSalesTerritory.csv": """
        SalesTerritoryKey,SalesTerritoryRegion
        1,Northwest
        6,Canada
    """,
    "Product.csv": """
        ProductKey,Product,Subcategory,EnglishProductCategoryName
        7,"Ridge 100 Red, 42",Mountain Bikes,Bikes
        8,Axle,Wheels,Components
    """,
    "FactResellerSales.csv": """
        SalesOrderNumber,OrderDate,ProductKey,ResellerKey,EmployeeKey,SalesTerritoryKey,OrderQuantity,UnitPrice,TotalProductCost,SalesAmount
        S1,2018-04-03,7,1,90,1,20,1500.00,NULL,30000.00
        S2,2018-05-09,8,2,90,1,10,20.50,150.00,205.00
        S3,2018-06-30,7,3,91,6,100,1500.00,NULL,150000.00
        S4,2018-07-01,7,1,90,1,10,1500.00,NULL,15000.00
        S5,2018-08-02,9,4,91,6,1,10.00,5.00,10.00
        S5,2018-08-02,8,4,91,6,1,20.00,15.00,20.00
    """,
}


def write_folder(folder: Path) -> Path:
    """Write the set into a folder."""
    for name, text in FILES.items():
        lines = [line.strip() for line in text.strip().splitlines()]
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
